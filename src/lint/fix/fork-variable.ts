import type { Env } from '../../model/model.js';
import type { Edit } from '../finding.js';
import { FORK_TEST } from '../words.js';

/** The variable that says whether a pull request comes from a fork: `true`, or anything else. */
export interface ForkVariable {
  readonly name: string;
  /** What brings it in; null where it is there already. */
  readonly edit: Edit | null;
}

/** What it is called where nothing else is. */
export const FORK_VARIABLE = 'FORK_PR';

/** As a plain scalar. */
export const forkValue = `\${{ ${FORK_TEST} }}`;

/** The variable, that of the author where there is one. `add` brings one in; null where it cannot. */
export function forkVariable(
  maps: readonly Env[],
  add: (name: string, value: string) => Edit | null,
): ForkVariable | null {
  const known = maps.flat().find(({ value }) => isForkTest(value.scalar.text.text));
  if (known) return { name: known.name, edit: null };
  const name = [FORK_VARIABLE, 'IS_FORK_PR'].find(
    (free) => !maps.flat().some((entry) => entry.name === free),
  );
  const edit = name === undefined ? null : add(name, forkValue);
  return name === undefined || !edit ? null : { name, edit };
}

function isForkTest(text: string): boolean {
  return text.replace(/\s+/g, '') === forkValue.replace(/\s+/g, '');
}
