import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lint/finding.js';
import { lint } from '../../src/lint/lint.js';
import { positionAt } from '../../src/text/source.js';

function findings(text: string): readonly Finding[] {
  const source = { path: '.github/workflows/a.yml', text };
  return lint([{ source, kind: 'workflow', forge: 'github' }], { rules: null, forge: null }).findings;
}

/** The witness of the only finding, a label each: line and words. */
function witness(text: string): string[] {
  const [finding, ...rest] = findings(text);
  expect(rest).toEqual([]);
  return (finding?.witness ?? []).map(
    (label) => `${positionAt(label.span.source, label.span.start).line}: ${label.text}`,
  );
}

describe('the first line of a witness is the place where the condition reads the secret', () => {
  it('in the variables of the job, though the skipped step binds the secret again', () => {
    const text = `on: push
jobs:
  tell:
    runs-on: ubuntu-latest
    env:
      HOOK: \${{ secrets.HOOK }}
    steps:
      - run: make
      - if: env.HOOK != ''
        env:
          TARGET: \${{ secrets.HOOK }}
        run: curl --fail-with-body -d built "$TARGET"
`;
    expect(witness(text)[0]).toBe("6: the secret enters here; missing, it is ''");
  });

  it('in the job whose output is asked, though the skipped job names the secret again', () => {
    const text = `on: push
jobs:
  plan:
    runs-on: ubuntu-latest
    outputs:
      ready: \${{ steps.look.outputs.ready }}
    steps:
      - id: look
        env:
          KEY: \${{ secrets.KEY }}
        run: |
          if [ -n "$KEY" ]; then echo "ready=yes" >> "$GITHUB_OUTPUT"; fi
  ship:
    needs: plan
    if: needs.plan.outputs.ready == 'yes'
    runs-on: ubuntu-latest
    steps:
      - env:
          KEY: \${{ secrets.KEY }}
        run: ./ship
`;
    expect(witness(text)[0]).toBe("10: the secret enters here; missing, it is ''");
  });
});

it('what only tells of a failed job is not said to leave the job green', () => {
  const text = `on: push
jobs:
  build:
    runs-on: ubuntu-latest
    env:
      HOOK: \${{ secrets.HOOK }}
    steps:
      - run: make
      - if: failure() && env.HOOK != ''
        run: curl --fail-with-body -d broken "$HOOK"
`;
  expect(witness(text).join('\n')).not.toContain('green');
  expect(findings(text).map(({ rule }) => rule)).toEqual(['missing-secret-mutes-alarm']);
});

it('nothing is proved of a file whose YAML is broken', () => {
  const guard = `on: push
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - env:
          TOKEN: \${{ secrets.TOKEN }}
        run: |
          [ -n "$TOKEN" ] || exit 0
          ./check
`;
  expect(findings(guard).map(({ confidence }) => confidence)).toEqual(['proved']);
  expect(findings(`${guard}    steps: []\n`).map(({ confidence }) => confidence)).toEqual(['likely']);
});

describe('the secrets of a finding', () => {
  const workflow = (script: string) => `on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - env:
          TOKEN: \${{ secrets.deploy_token }}
          ACCOUNT: \${{ secrets.Account_Id }}
        run: |
          ${script}
          ./deploy
`;
  const messages = (script: string) => findings(workflow(script)).map(({ message }) => message);

  it('are named as the file names them, any one of them where one is enough', () => {
    expect(messages('[ -n "$TOKEN" ] && [ -n "$ACCOUNT" ] || exit 0')).toEqual([
      'step 1 passes without deploy_token or Account_Id: deploy never runs',
    ]);
  });

  it('all of them where it takes the absence of all', () => {
    const [finding] = findings(workflow('[ -n "$TOKEN$ACCOUNT" ] || exit 0'));
    expect(finding?.message).toContain('passes without deploy_token and Account_Id');
    expect(finding?.secrets).toEqual(['deploy_token', 'Account_Id']);
  });
});
