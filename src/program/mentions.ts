import type { Call, Node, Part } from './program.js';
import { type Ancestor, type Expanded, fixedText, walkShell } from './walk.js';

/** What a statement of a shell script names, in it and in what is written in it. */
export interface Mentions {
  /** Words that can be the names of variables, one too many rather than one too few. */
  readonly names: ReadonlySet<string>;
  /** Those of them that are named in what runs later, if at all: functions and traps. */
  readonly later: ReadonlySet<string>;
  /**
   * Whether it may name others as well: through a computed name, or in text that it runs. `later`: a function that
   * it defines may.
   */
  readonly others: 'none' | 'now' | 'later';
}

/** Source: bash manual, «Shell Parameters», «Bourne Shell Builtins». */
export function mentionsOf(statement: Node): Mentions {
  const names = new Set<string>();
  const later = new Set<string>();
  let others: Mentions['others'] = 'none';
  let runsLater = false;
  const add = (name: string) => {
    names.add(name);
    if (runsLater) later.add(name);
  };
  const mayNameOthers = (isInFunction: boolean) => {
    if (others !== 'later') others = isInFunction ? 'later' : 'now';
  };
  const visit = (node: Node, ancestors: readonly Ancestor[]) => {
    runsLater = isLater(node) || ancestors.some(isLater);
    const isInFunction = ancestors.some(({ kind }) => kind === 'define');
    if (node.kind === 'for') add(node.variable);
    if (node.kind === 'opaque') mayNameOthers(isInFunction);
    if (node.kind !== 'call') return;
    for (const { name } of node.assignments) add(name);
    for (const { assignment } of node.words) if (assignment) add(assignment.name);
    if (runsText(node)) mayNameOthers(isInFunction);
  };
  walkShell([statement], visit, (part) => {
    if (part.kind === 'variable') add(part.name);
    else for (const name of namesIn(part)) add(name);
    const isComputed = part.kind === 'parameter' && (part.indirect || part.operation?.kind === 'names');
    if (isComputed) mayNameOthers(runsLater);
  });
  return { names, later, others };
}

/** `read X`, `[ -v X ]`, `trap 'echo $X' EXIT`: a text may hold names too. */
function namesIn(part: Exclude<Expanded, { kind: 'variable' }>): readonly string[] {
  if (part.kind === 'parameter') return [part.name];
  return isWritten(part) ? (part.text.match(/[A-Za-z_]\w*/g) ?? []) : [];
}

function isWritten(part: Part): part is Extract<Part, { kind: 'text' | 'glob' | 'brace' }> {
  return part.kind === 'text' || part.kind === 'glob' || part.kind === 'brace';
}

function isLater(node: Ancestor): boolean {
  return node.kind === 'define' || (node.kind === 'call' && fixedText(node.words[0]) === 'trap');
}

/** Commands that run text which this script does not show, and that text may name anything. */
const textRunners: ReadonlySet<string> = new Set(['eval', 'source', '.', 'alias']);

function runsText({ words }: Call): boolean {
  return textRunners.has(fixedText(words[0]) ?? '');
}
