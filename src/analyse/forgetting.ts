// Forgetting variables that the rest of a script does not name: paths that differ in nothing else need not be told
// apart any more. A forgotten variable is an unknown text, not an unset one: were it read after all, by a name that is
// computed, the answer would be vague and never wrong.

import { mentionsOf } from '../program/mentions.js';
import type { Program } from '../program/program.js';
import { lacksOfVariable, type State, setVariable } from './state.js';
import { hole } from './values.js';

/** The names that no statement names after this one, by the index of the statement. */
type LastNamed = ReadonlyMap<number, readonly string[]>;

const lastNames = new WeakMap<Program, LastNamed>();

/**
 * So many paths keep what nothing names any more: joined, they would also forget what was assumed on the way to each of
 * them, which tells what it is to be compared with in another world.
 */
const FEW_PATHS = 16;

/**
 * Forgets, on paths that stand in front of the statement `to` of a script, what a statement from `from` on is the last
 * one to name; both are indexes. Nothing may read the script's variables once it has ended. Gives from where to forget
 * the next time: of a few paths nothing is.
 */
export function forgetUnnamed(paths: readonly State[], program: Program, from: number, to: number): number {
  if (paths.length <= FEW_PATHS) return from;
  const last = lastNames.get(program) ?? lastNamed(program);
  lastNames.set(program, last);
  for (let index = from; index < to; index++)
    for (const name of last.get(index) ?? []) forgetVariable(name, paths);
  return to;
}

let forgotten = 0;

function forgetVariable(name: string, paths: readonly State[]): void {
  const first = paths[0]?.vars.get(name);
  let differs = false;
  for (const { vars } of paths) {
    const variable = vars.get(name);
    // Programs are given it, and what is readonly cannot be set again.
    if (variable && (variable.exported || variable.fromStep || variable.fixed)) return;
    differs ||= variable !== first;
  }
  if (!differs) return;
  const pieces = [hole(`forgotten ${name}#${++forgotten}`)];
  for (const path of paths) {
    const variable = path.vars.get(name);
    setVariable(path, name, {
      ...unknown,
      value: { pieces, lacks: variable ? lacksOfVariable(variable) : [] },
    });
  }
}

const unknown = { elements: null, exact: true, exported: false, fromStep: false } as const;

function lastNamed({ body }: Program): LastNamed {
  const last = new Map<string, number>();
  const always = new Set<string>();
  let all = -1;
  body.forEach((statement, index) => {
    const { names, later, others } = mentionsOf(statement);
    for (const name of names) last.set(name, index);
    for (const name of later) always.add(name);
    if (others !== 'none') all = Math.max(all, others === 'later' ? body.length : index);
  });
  const byIndex = new Map<number, string[]>();
  for (const [name, index] of last) {
    if (always.has(name) || implicit.has(name)) continue;
    const at = Math.max(index, all);
    const names = byIndex.get(at);
    if (names) names.push(name);
    else byIndex.set(at, [name]);
  }
  return byIndex;
}

/** Variables that the shell reads by itself. */
const implicit: ReadonlySet<string> = new Set(
  'IFS OPTIND PATH HOME PWD OLDPWD CDPATH BASH_ENV ENV'.split(' '),
);
