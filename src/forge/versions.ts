import { type Dialect, dialects } from './dialects.js';
import type { Forge } from './forge.js';

/** What a release does otherwise than the newest one whose behaviour is known. */
type Difference = Partial<Pick<Dialect, 'jobContinueOnError' | 'refusedTriggerKeys' | 'unknownEvents'>>;

/** The releases that can be named, oldest first. Paragraph numbers are those of the semantics reference. */
const releases: Readonly<Record<Forge, readonly (readonly [version: string, differs: Difference])[]>> = {
  gitea: [
    [
      '1.22',
      {
        unknownEvents: new Set(['workflow_dispatch', 'workflow_run']), // 6.1
        refusedTriggerKeys: new Map([
          ...dialects.gitea.refusedTriggerKeys,
          ['workflow_dispatch', ['inputs']], // 8.2a
        ]),
      },
    ],
    ['1.23', { unknownEvents: new Set(['workflow_run']) }], // 6.1
    ['1.24', { unknownEvents: new Set(['workflow_run']) }],
    ['1.25', {}],
    ['1.26', {}],
    [
      '1.27',
      {
        jobContinueOnError: 'evaluated', // 5
        refusedTriggerKeys: new Map(), // 8.2b
      },
    ],
  ],
  forgejo: [],
  github: [],
};

/** The releases of a forge that can be named, oldest first; none where nothing is known to differ. */
export function forgeVersions(forge: Forge): readonly string[] {
  return releases[forge].map(([version]) => version);
}

const made = new Map<string, Dialect>();

/** What a release of the forge does; of one that is not known, and null, what the newest does. */
export function dialectOf(forge: Forge, version: string | null): Dialect {
  const differs = releases[forge].find(([name]) => name === version)?.[1];
  if (version === null || differs === undefined) return dialects[forge];
  const key = `${forge} ${version}`;
  const known = made.get(key) ?? { ...dialects[forge], version, ...differs };
  made.set(key, known);
  return known;
}
