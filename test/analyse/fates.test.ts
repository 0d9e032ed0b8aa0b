import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/analyse/verdicts.js';
import type { Forge } from '../../src/forge/forge.js';
import { lint } from '../../src/lint/lint.js';
import { positionAt } from '../../src/text/source.js';

const path = '.gitea/workflows/ci.yml';

function fatesOf(text: string, forge: Forge = 'gitea', files: Readonly<Record<string, string>> = {}) {
  const repository = {
    files: () => [],
    read: (name: string) => {
      const found = files[name];
      return found === undefined ? null : { path: name, text: found };
    },
    refusal: () => null,
  };
  const result = lint([{ source: { path, text }, kind: 'workflow', forge, repository }], {
    rules: null,
    forge: null,
    fates: true,
  });
  expect(result.errors).toEqual([]);
  return result.fates ?? [];
}

/** `TOKEN job push: fails-open proved`, for each fate. */
function told(text: string, forge?: Forge, files?: Readonly<Record<string, string>>): string[] {
  return fatesOf(text, forge, files).map(
    ({ secret, job, context, verdict, confidence }) =>
      `${secret} ${job.id} ${context}: ${verdict} ${confidence}`,
  );
}

/** A workflow with one job, whose step has TOKEN in its environment. */
function workflow(run: string, { on = 'push', keys = '', job = '' } = {}): string {
  const script = run
    .split('\n')
    .map((line) => `          ${line}\n`)
    .join('');
  return `on: ${on}
jobs:
  job:
    runs-on: ubuntu-latest
${job}    steps:
      - uses: actions/checkout@v4
      - name: Deploy
${keys}        env:
          TOKEN: \${{ secrets.TOKEN }}
        run: |
${script}`;
}

const guard = (status: number) => `if [ -z "$TOKEN" ]; then\n  exit ${status}\nfi\n./deploy`;

describe('what becomes of a job without a secret', () => {
  const cases: readonly [title: string, text: string, expected: `${Verdict} ${'proved' | 'likely'}`][] = [
    ['the script ends with 0', workflow(guard(0)), 'fails-open proved'],
    ['a guard fails', workflow(guard(1)), 'fails-closed proved'],
    ['the shell names it', workflow(': "$' + '{TOKEN:?}"\n./deploy'), 'fails-closed proved'],
    ['a command is given nothing', workflow('./deploy --token "$TOKEN"'), 'fails-closed likely'],
    ['its failure is swallowed', workflow('./deploy --token "$TOKEN" || true'), 'masked likely'],
    [
      'the step is skipped',
      workflow('./deploy', { keys: "        if: secrets.TOKEN != ''\n" }),
      'fails-open proved',
    ],
    [
      'the job is skipped',
      workflow('./deploy', { job: "    if: secrets.TOKEN != ''\n" }),
      'fails-open proved',
    ],
    [
      'it is asked for and all is done',
      `${workflow('if [ -z "$TOKEN" ]; then echo none; fi')}      - run: ./deploy\n`,
      'optional likely',
    ],
    [
      'it is asked for, and a program may read it too',
      workflow('if [ -z "$TOKEN" ]; then echo none; fi\n./deploy'),
      'not-judged likely',
    ],
    [
      'other work is done in its place',
      workflow('if [ -n "$TOKEN" ]; then ./remote "$TOKEN"; else ./local; fi'),
      'optional likely',
    ],
    [
      'another value stands in',
      workflow('./deploy "$TOKEN"').replace('secrets.TOKEN }', "secrets.TOKEN || 'none' }"),
      'optional likely',
    ],
    ['nothing can read it', workflow('echo done'), 'unused proved'],
    ['a program may read it', workflow('npm run build'), 'not-judged likely'],
    ['a setup may read it', workflow('npm ci'), 'not-judged likely'],
    ['it goes into a file', workflow('echo "$TOKEN" > key'), 'not-judged likely'],
    [
      'the answer of a request is looked at',
      workflow(
        'code=$(curl -s -o /dev/null -w "%{http_code}" -H "Authorization: $TOKEN" https://example.org)\nif [ "$code" != 200 ]; then exit 1; fi\n./deploy',
      ),
      'fails-closed likely',
    ],
    [
      'the step cannot be modelled',
      workflow('puts ENV["TOKEN"]', { keys: '        shell: ruby {0}\n' }),
      'not-judged likely',
    ],
  ];
  it.each(cases)('%s', (_title, text, expected) => {
    expect(told(text)).toEqual([`TOKEN job push: ${expected}`]);
  });

  it('is red where a later job of the run notices', () => {
    const text = `${workflow(
      'if [ -z "$TOKEN" ]; then exit 0; fi\n./deploy\necho done=true >> "$GITHUB_OUTPUT"',
      {
        keys: '        id: it\n',
        job: '    outputs:\n      done: ${{ steps.it.outputs.done }}\n',
      },
    )}  gate:
    needs: job
    if: always()
    runs-on: ubuntu-latest
    steps:
      - run: |
          [ "\${{ needs.job.outputs.done }}" = true ]
`;
    expect(told(text)).toEqual(['TOKEN job push: fails-closed proved']);
  });

  it('is told apart by event, and softness towards forks is no hole', () => {
    const soft =
      'if [ -z "$TOKEN" ]; then\n  [ "$FORK" = true ] && exit 0\n  echo "::error::TOKEN is missing"; exit 1\nfi\n./deploy';
    const fork =
      "github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name != github.repository";
    const text = workflow(soft, { on: '[push, pull_request]' }).replace(
      '        env:\n',
      `        env:\n          FORK: \${{ ${fork} }}\n`,
    );
    expect(told(text)).toEqual([
      'TOKEN job push: fails-closed proved',
      'TOKEN job pull_request:same-repo: fails-closed proved',
      'TOKEN job pull_request:fork: soft-on-forks proved',
    ]);
    expect(told(workflow(guard(0), { on: '[push, pull_request]' }))).toEqual([
      'TOKEN job push: fails-open proved',
      'TOKEN job pull_request:same-repo: fails-open proved',
      'TOKEN job pull_request:fork: soft-on-forks proved',
    ]);
    const blocked = told(workflow(guard(1), { on: 'pull_request' }));
    expect(blocked).toContain('TOKEN job pull_request:fork: fails-closed proved');
  });

  it('is nothing where the job does not run', () => {
    const text = workflow(guard(0), {
      on: '[push, schedule]',
      job: "    if: github.event_name == 'push'\n",
    });
    expect(told(text)).toEqual(['TOKEN job push: fails-open proved']);
  });

  it('says which others have to be missing too', () => {
    const text = workflow('if [ -z "$TOKEN" ] && [ -z "$OTHER" ]; then exit 0; fi\n./deploy').replace(
      '          TOKEN',
      '          OTHER: ${{ secrets.OTHER }}\n          TOKEN',
    );
    const fates = fatesOf(text);
    expect(fates.map(({ secret, verdict, together }) => [secret, verdict, together])).toEqual([
      ['OTHER', 'fails-open', ['TOKEN']],
      ['TOKEN', 'fails-open', ['OTHER']],
    ]);
  });

  it('goes with the job that it makes another one leave out its work', () => {
    const text = `on: push
jobs:
  plan:
    runs-on: ubuntu-latest
    outputs:
      has: \${{ steps.it.outputs.has }}
    steps:
      - id: it
        env:
          TOKEN: \${{ secrets.TOKEN }}
        run: |
          if [ -n "$TOKEN" ]; then echo has=true >> "$GITHUB_OUTPUT"; fi
  deploy:
    needs: plan
    if: needs.plan.outputs.has == 'true'
    runs-on: ubuntu-latest
    steps:
      - run: ./deploy
  lint:
    needs: plan
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: if [ -z "$TOKEN" ]; then echo none; fi
        env:
          TOKEN: \${{ secrets.TOKEN }}
      - run: ./lint
`;
    expect(told(text)).toEqual([
      'TOKEN plan push: fails-open proved',
      'TOKEN deploy push: fails-open proved',
      'TOKEN lint push: optional likely',
    ]);
  });

  it('is not known where a workflow is called that is not there, whichever secrets it is given', () => {
    const text = `on: push
jobs:
  one:
    uses: org/repo/.github/workflows/x.yml@v1
    secrets:
      TOKEN: \${{ secrets.TOKEN }}
  every:
    uses: org/repo/.github/workflows/x.yml@v1
    secrets: inherit
`;
    expect(told(text, 'github')).toEqual([
      '* every push: not-judged likely',
      'TOKEN one push: not-judged likely',
    ]);
  });

  it('tells where: from the secret to what shows it', () => {
    const [fate] = fatesOf(workflow(guard(1)));
    expect(
      fate?.witness.map(({ span, text }) => `${positionAt(span.source, span.start).line} ${text}`),
    ).toEqual([
      "9 the secret enters here; missing, it is ''",
      '11 it is asked for here',
      '12 the step fails here, and the job is red',
    ]);
    expect(fate?.place).toBeNull();
  });

  it('knows what scripts of the repository read', () => {
    const files = { 'deploy.sh': '#!/bin/sh -e\nif [ -z "$TOKEN" ]; then exit 0; fi\nmake publish\n' };
    expect(told(workflow('./deploy.sh'), 'gitea', files)).toEqual(['TOKEN job push: fails-open proved']);
    const silent = { 'deploy.sh': '#!/bin/sh -e\necho "$TOKEN" > key\n' };
    expect(told(workflow('./deploy.sh'), 'gitea', silent)).toEqual(['TOKEN job push: not-judged likely']);
  });

  it('is only found out where it is asked for', () => {
    const source = { path, text: workflow(guard(0)) };
    expect(lint([{ source, kind: 'workflow', forge: 'gitea' }], { rules: null, forge: null }).fates).toEqual(
      [],
    );
  });
});
