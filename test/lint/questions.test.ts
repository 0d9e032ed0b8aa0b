import { describe, expect, it } from 'vitest';
import { noKnowledge } from '../../src/analyse/analyse.js';
import { aboutParts } from '../../src/lint/questions.js';
import { buildAction, buildWorkflow } from '../../src/model/build.js';
import { parseYaml } from '../../src/parse/yaml.js';
import { spanText } from '../../src/text/source.js';

const text = `on: { push: {}, pull_request: {} }
env: { A: '\${{ secrets.A }}' }
jobs:
  build:
    runs-on: ubuntu-latest
    env: { B: '\${{ secrets.B }}' }
    steps:
      - run: |
          if ! out=$(TOKEN=\${{ secrets.c }} /usr/bin/gh release list | head -1); then
            "$TOOL" push "$out"
          fi
      - shell: pwsh
        run: Write-Host hi
      - uses: actions/checkout@v4
        with: { token: '\${{ toJSON(secrets) }}' }
  next:
    needs: build
    runs-on: ubuntu-latest
    steps: [{ run: ./deploy }]
`;
const workflow = buildWorkflow(parseYaml({ path: 'ci.yml', text }));
const asked = aboutParts(workflow, ['github', 'gitea'], noKnowledge);

describe('what a rule may ask of what is written', () => {
  it('are the jobs and the steps', () => {
    expect(asked.jobs().map(({ id }) => id)).toEqual(['build', 'next']);
    expect(asked.steps().map(({ job, step }) => `${job?.id} ${step.place}`)).toEqual([
      'build 0',
      'build 1',
      'build 2',
      'next 0',
    ]);
  });

  it('are the secrets, each where it is named', () => {
    expect(
      asked.secrets().map(({ name, span, job, step }) => [name, spanText(span), job?.id, step?.place]),
    ).toEqual([
      ['A', 'secrets.A', undefined, undefined],
      ['B', 'secrets.B', 'build', undefined],
      ['c', 'secrets.c', 'build', 0],
      ['*', 'secrets', 'build', 2],
    ]);
  });

  it('are the commands of shell scripts, wherever they stand, each once for all forges', () => {
    expect(asked.commands().map(({ name, args, effect, job }) => [name, args, effect, job?.id])).toEqual([
      ['gh', ['release', 'list'], 'work', 'build'],
      ['head', ['-1'], 'none', 'build'],
      [null, ['push', null], 'work', 'build'],
      ['deploy', [], 'work', 'next'],
    ]);
    expect(asked.commands().map(({ span }) => spanText(span))).toContain('"$TOOL" push "$out"');
  });

  it('are the contexts in which it runs, with who is entitled to the secrets', () => {
    const gitea = asked.contexts().filter(({ forge }) => forge === 'gitea');
    expect(gitea).toContainEqual({ forge: 'gitea', name: 'push', trusted: true });
    expect(gitea).toContainEqual({ forge: 'gitea', name: 'pull_request:fork', trusted: false });
    expect(gitea.map(({ name }) => name)).not.toContain('unknown');
  });

  it('is what an action does', () => {
    expect(asked.actionEffect('actions/checkout@v4')).toBe('prepares');
    expect(asked.actionEffect('acme/deploy@v1')).toBe('work');
  });

  it('is nothing where the file cannot be read', () => {
    const none = aboutParts(workflow, [], noKnowledge);
    expect([none.jobs(), none.steps(), none.secrets(), none.commands(), none.contexts()]).toEqual([
      [],
      [],
      [],
      [],
      [],
    ]);
  });

  it('may be asked of an action, too', () => {
    const action = buildAction(
      parseYaml({
        path: 'action.yml',
        text: 'runs:\n  using: composite\n  steps: [{ run: make all, shell: bash }]\n',
      }),
    );
    const parts = aboutParts(action, ['gitea'], noKnowledge);
    expect(parts.jobs()).toEqual([]);
    expect(parts.contexts()).toEqual([]);
    expect(parts.commands()).toMatchObject([{ name: 'make', args: ['all'], job: null }]);
  });
});
