import { describe, expect, it } from 'vitest';
import { deadTriggers, deathsOf } from '../../src/analyse/dead.js';
import type { Forge } from '../../src/forge/forge.js';
import { dialectOf } from '../../src/forge/versions.js';
import { buildWorkflow } from '../../src/model/build.js';
import { parseYaml } from '../../src/parse/yaml.js';

/** Why the forge never runs a file of that path, beside these others. */
function reason(path: string, forge: Forge, others: readonly string[] = [], forgeIsGiven = true): string {
  const source = { path, text: 'on: push\njobs:\n  job:\n    steps:\n      - run: make\n' };
  const around = { files: [path, ...others], forgeIsGiven, version: null };
  const [death] = deathsOf(buildWorkflow(parseYaml(source)), forge, around);
  return death?.reason.kind ?? 'runs';
}

describe('the root that a file lies in', () => {
  it.each([
    // path, forge, other file, verdict (semantics 6.8)
    ['.gitea/workflows/a.yml', 'gitea', '.github/workflows/b.yml', 'runs'],
    ['.github/workflows/a.yml', 'gitea', '.gitea/workflows/b.yml', 'shadowed'],
    ['.github/workflows/a.yml', 'gitea', '.forgejo/workflows/b.yml', 'runs'],
    ['.github/workflows/a.yml', 'forgejo', '.gitea/workflows/b.yml', 'shadowed'],
    ['.gitea/workflows/a.yml', 'forgejo', '.forgejo/workflows/b.yml', 'shadowed'],
    ['.gitea/workflows/a.yml', 'forgejo', '.github/workflows/b.yml', 'runs'],
    ['.forgejo/workflows/a.yml', 'gitea', '.gitea/workflows/b.yml', 'foreign-root'],
    ['.gitea/workflows/a.yml', 'github', '.github/workflows/b.yml', 'foreign-root'],
    ['ci/a.yml', 'gitea', '.gitea/workflows/b.yml', 'runs'],
  ] as const)('%s on %s beside %s: %s', (path, forge, other, expected) => {
    expect(reason(path, forge, [other])).toBe(expected);
  });

  it('counts within one repository only', () => {
    expect(reason('one/.github/workflows/a.yml', 'gitea', ['two/.gitea/workflows/b.yml'])).toBe('runs');
    expect(reason('one/.github/workflows/a.yml', 'gitea', ['one/.gitea/workflows/b.yml'])).toBe('shadowed');
  });

  it('is nobody else’s business as long as nobody says which forge it is', () => {
    expect(reason('.github/workflows/a.yml', 'github', ['.gitea/workflows/b.yml'], false)).toBe('runs');
    expect(reason('.gitea/workflows/a.yml', 'gitea', ['.forgejo/workflows/b.yml'], false)).toBe('runs');
  });

  it('is read without its sub-folders on GitHub, and with them elsewhere', () => {
    expect(reason('.github/workflows/old/a.yml', 'github', [], false)).toBe('sub-folder');
    expect(reason('.gitea/workflows/old/a.yml', 'gitea', [], false)).toBe('runs');
    expect(reason('.forgejo/workflows/old/a.yml', 'forgejo', [], false)).toBe('runs');
  });
});

describe('the events of a release', () => {
  /** The events that never fire, with `!` where the file as a whole is never run. */
  function unheard(events: string, version: string | null): string {
    const path = '.gitea/workflows/a.yml';
    const text = `on: [${events}]\njobs:\n  job:\n    steps:\n      - run: make\n`;
    const workflow = buildWorkflow(parseYaml({ path, text }));
    const [death] = deathsOf(workflow, 'gitea', { files: [path], forgeIsGiven: true, version });
    const dead = deadTriggers(workflow, dialectOf('gitea', version)).map(({ event }) => event);
    return `${death ? '!' : ''}${dead.join()}`;
  }

  it.each([
    ['push, workflow_run', '1.24', 'workflow_run'],
    ['workflow_run', '1.24', '!'],
    ['workflow_run', '1.25', ''],
    ['push, workflow_run', null, ''],
    ['workflow_dispatch, schedule', '1.22', 'workflow_dispatch'],
    ['workflow_dispatch', '1.22', '!'],
    ['workflow_dispatch', '1.23', ''],
    ['push, merge_group', null, 'merge_group'],
    ['merge_group', null, '!'],
  ])('%s on Gitea %s: %s', (events, version, expected) => {
    expect(unheard(events, version)).toBe(expected);
  });
});
