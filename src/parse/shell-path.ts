import type * as unbash from 'unbash';
import { forEachChild } from 'unbash';
import type { ShellPipeline, ShellScript } from './shell.js';

export type ShellAny = unbash.SyntaxNode;

/**
 * The nodes of a script that hold the range, from the script inwards. A backquoted command that has escapes in it is
 * the innermost: offsets below it are not those of the script.
 */
export function nodesAround(script: ShellScript, start: number, end: number): ShellAny[] {
  const path: ShellAny[] = [];
  for (let at: ShellAny | null = script; at; ) {
    path.push(at);
    let inner: ShellAny | null = null;
    forEachChild(at, (child) => {
      if (child.type === 'Script' && child.source !== undefined) return;
      if (child.pos <= start && end <= child.end) inner ??= child;
    });
    at = inner;
  }
  return path;
}

/** The names that a script gives values to: assignments, `read`, loops, `${X:=…}`. */
export function namesAssigned(script: ShellScript): ReadonlySet<string> {
  const names = new Set<string>();
  const pending: ShellAny[] = [script];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'Assignment') names.add(node.name);
    else if (node.type === 'For' || node.type === 'Select') names.add(node.name.value);
    else if (node.type === 'ParameterExpansion' && node.operation?.type === 'Default') {
      if (node.operation.operator.endsWith('=')) names.add(node.parameter);
    } else if (node.type === 'Command' && isReader(node.name?.value)) {
      for (const word of node.suffix) if (word.type === 'Word') names.add(word.value.split('=')[0] ?? '');
    }
    forEachChild(node, (child) => pending.push(child));
  }
  return names;
}

const readers: readonly (string | undefined)[] = [
  'read',
  'readarray',
  'mapfile',
  'unset',
  'printf',
  'declare',
  'typeset',
  'local',
  'eval',
];

/** Does the command give a value to what it is given the name of? */
function isReader(name: string | undefined): boolean {
  return readers.includes(name);
}

/** The first commands of the conditions of every `if` and `elif` in a script, in its order. */
export function conditionsOf(script: ShellScript): ShellAny[] {
  const found: ShellAny[] = [];
  const pending: ShellAny[] = [script];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'If' || node.type === 'Elif') found.push(node.clause.commands[0] ?? node.clause);
    forEachChild(node, (child) => pending.push(child));
  }
  return found.sort((a, b) => a.pos - b.pos);
}

/** Every pipeline of a script, those of substitutions too. */
export function pipelinesOf(script: ShellScript): readonly ShellPipeline[] {
  const found: ShellPipeline[] = [];
  const pending: ShellAny[] = [script];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'Pipeline') found.push(node);
    forEachChild(node, (child) => pending.push(child));
  }
  return found;
}
