import { describe, expect, it } from 'vitest';
import { dialects } from '../../src/forge/dialects.js';
import { forges } from '../../src/forge/forge.js';
import { dialectOf, forgeVersions } from '../../src/forge/versions.js';

describe('the releases of a forge', () => {
  it('are told apart in what is known to differ, and alike in all else', () => {
    const newest = dialects.gitea;
    const refused = (version: string) => Object.fromEntries(dialectOf('gitea', version).refusedTriggerKeys);
    const calls = { workflow_call: ['inputs', 'secrets', 'outputs'] };
    expect(refused('1.22')).toEqual({ ...calls, workflow_dispatch: ['inputs'] });
    const unknown = (version: string) => [...dialectOf('gitea', version).unknownEvents];
    expect(unknown('1.22')).toEqual(['workflow_dispatch', 'workflow_run']);
    for (const version of ['1.23', '1.24']) {
      expect(unknown(version)).toEqual(['workflow_run']);
      expect({ ...dialectOf('gitea', version), unknownEvents: new Set() }).toEqual({ ...newest, version });
    }
    for (const version of ['1.25', '1.26']) {
      expect(dialectOf('gitea', version)).toEqual({ ...newest, version });
    }
    expect(refused('1.27')).toEqual({});
    expect(dialectOf('gitea', '1.27')).toMatchObject({ jobContinueOnError: 'evaluated', version: '1.27' });
    expect(newest.jobContinueOnError).toBe('ignored');
  });

  it('include the newest one that is known', () => {
    expect(forgeVersions('gitea')).toContain(dialects.gitea.version);
    expect(dialectOf('gitea', dialects.gitea.version)).toEqual(dialects.gitea);
  });

  it('are one object each, however often they are asked for', () => {
    expect(dialectOf('gitea', '1.22')).toBe(dialectOf('gitea', '1.22'));
  });

  it.each(forges)('fall back to the newest, on %s too', (forge) => {
    expect(dialectOf(forge, null)).toBe(dialects[forge]);
    expect(dialectOf(forge, '0.1')).toBe(dialects[forge]);
  });
});
