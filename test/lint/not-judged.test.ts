import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.js';

/** The names of the steps that are not judged. */
function notJudged(steps: string, env = ''): (string | null | undefined)[] {
  const text = `on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n${env}    steps:\n${steps}`;
  const source = { path: '.github/workflows/a.yml', text };
  const result = lint([{ source, kind: 'workflow', forge: 'github' }], { rules: null, forge: null });
  expect(result.steps.judged + result.steps.notJudged).toBe(text.split('- name:').length - 1);
  return result.notJudged.map(({ step }) => step?.name);
}

const ELSEWHERE = `      - name: elsewhere
        run: deploy --key "\${{ secrets.KEY }}"
`;

describe('a step that cannot be modelled is not judged', () => {
  it('where a missing secret reaches it', () => {
    const steps = `      - name: by its environment
        shell: cmd
        env:
          KEY: \${{ secrets.KEY }}
        run: deploy.bat
      - name: by its text
        shell: cmd
        run: deploy.bat \${{ secrets.KEY }}
`;
    expect(notJudged(steps)).toEqual(['by its environment', 'by its text']);
  });

  it('where the environment of the job holds the secret', () => {
    const steps = `      - name: by the job
        shell: cmd
        run: deploy.bat
`;
    expect(notJudged(steps, '    env:\n      KEY: ${{ secrets.KEY }}\n')).toEqual(['by the job']);
  });

  it('but judged where none does', () => {
    const unreached = `      - name: with the automatic token
        shell: cmd
        env:
          TOKEN: \${{ secrets.GITHUB_TOKEN }}
        run: deploy.bat
      - name: without anything
        shell: cmd
        run: build.bat
`;
    expect(notJudged(unreached)).toEqual([]);
    expect(notJudged(`${unreached}${ELSEWHERE}`)).toEqual([]);
  });

  it('but judged where the job has failed for want of the secret before', () => {
    const guard = `      - name: guard
        env:
          KEY: \${{ secrets.KEY }}
        run: |
          if [ -z "$KEY" ]; then echo "::error::KEY is missing"; exit 1; fi
      - name: behind the guard
        shell: cmd
        env:
          KEY: \${{ secrets.KEY }}
        run: deploy.bat
`;
    expect(notJudged(guard)).toEqual([]);
  });
});
