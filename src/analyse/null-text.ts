import { jqLine, jqPrintsNull } from '../facts/commands.js';
import type { Dialect } from '../forge/dialects.js';
import type { Action, Workflow } from '../model/model.js';
import type { Assignment, Call, Condition, Node, Part, Word } from '../program/program.js';
import { fixedText, walkShell } from '../program/walk.js';
import { spanOf } from '../text/script.js';
import type { Span } from '../text/source.js';
import { type Answer, answerAt } from './answer.js';
import { canPrintNull, type NullPrint, nullPrinted } from './null-print.js';
import { canName, type ShellScript, shellScripts } from './shell-scripts.js';

/** A variable that holds the text `null` where the JSON has no value, and a test of it for emptiness, which that passes. */
export interface NullText extends Answer {
  readonly variable: string;
  readonly by: NullPrinter;
}

/** What prints the text. */
export type NullPrinter =
  /** `filter` as it is written. */
  { readonly kind: 'jq'; readonly filter: string } | ({ readonly kind: 'program' } & NullPrint);

/** The tests for emptiness that the text `null` passes. */
export function nullTexts(file: Workflow | Action, dialect: Dialect): NullText[] {
  return shellScripts(file, dialect, canTakeNull).flatMap((script) => inScript(script, dialect));
}

/**
 * Can a command of the text print the word into a variable? Each of the words that are looked for has to stand there, in
 * one spelling or another; what says yes is read.
 */
function canTakeNull(text: string): boolean {
  const has = (word: string) => canName(word, text);
  return (has('$(') || has('`')) && (has('jq') || canPrintNull(has));
}

interface Taken {
  readonly by: NullPrinter;
  readonly span: Span;
}

function inScript(script: ShellScript, dialect: Dialect): NullText[] {
  const taken = new Map<string, Taken>();
  const tested = new Map<string, Span>();
  const compared = new Set<string>();
  const found: NullText[] = [];
  const finish = (name: string) => {
    const from = taken.get(name);
    const test = tested.get(name);
    if (from && test && !compared.has(name)) {
      const answer = answerAt(
        dialect.forge,
        from.span,
        `prints ${from.by.kind === 'jq' ? 'null' : from.by.word} where there is no value`,
        script,
        'likely',
      );
      const witness = [...answer.witness, { span: test, text: 'a text that is not empty' }];
      found.push({ ...answer, witness, variable: name, by: from.by });
    }
    taken.delete(name);
    tested.delete(name);
    compared.delete(name);
  };
  const assign = ({ name, value }: Assignment) => {
    finish(name);
    const source = value.kind === 'word' ? takenFrom(value) : null;
    if (source) taken.set(name, source);
  };
  const test = (name: string | null, at: Span) => {
    if (name !== null && taken.has(name) && !tested.has(name)) tested.set(name, at);
  };
  walkShell(script.program.body, (node) => {
    switch (node.kind) {
      case 'call':
        for (const assignment of node.assignments) assign(assignment);
        for (const { assignment } of node.words) if (assignment) assign(assignment);
        for (const word of node.words) for (const part of word.parts) test(required(part), spanOf(part.at));
        testCall(node, test, compared);
        return;
      case 'test':
        testCondition(node.condition, test, compared);
        return;
      case 'match': {
        // A `case` may look for it.
        for (const name of namesIn(node.subject)) compared.add(name);
      }
    }
  });
  for (const name of [...taken.keys()]) finish(name);
  return found;
}

/** The word is `$(… | jq …)` or the like, which gives null where what it asks for is not there. */
function takenFrom(word: Word): Taken | null {
  const [part, ...others] = word.parts;
  if (part?.kind !== 'command' || others.length > 0) return null;
  const call = printing(part.body.at(-1));
  if (!call) return null;
  const span = spanOf(call.words[0]?.at ?? call.at);
  if (fixedText(call.words[0]) !== 'jq') {
    const printed = nullPrinted(call);
    return printed && { by: { kind: 'program', ...printed }, span };
  }
  const line = jqLine(call.words.slice(1).map(fixedText));
  if (!line?.filter || !jqPrintsNull(line)) return null;
  return { by: { kind: 'jq', filter: line.filter }, span };
}

/** The command whose output is that of the node, if it ends well. */
function printing(node: Node | undefined): Call | null {
  switch (node?.kind) {
    case 'call':
      return node;
    case 'pipeline':
      return printing(node.stages.at(-1));
    case 'or':
      // Behind it stands what is printed where it fails: printing null is no failure.
      return printing(node.left);
    default:
      return null;
  }
}

type Test = (name: string | null, at: Span) => void;

function testCall(call: Call, test: Test, compared: Set<string>): void {
  const head = fixedText(call.words[0]);
  if (head !== '[' && head !== 'test') {
    // `grep -q null <<< "$X"`: what other commands make of it is not known.
    if (head === 'grep')
      for (const { target } of call.redirects) for (const name of namesIn(target)) compared.add(name);
    return;
  }
  const args = call.words.slice(1).filter((word) => ![']', '!'].includes(fixedText(word) ?? ''));
  for (const [index, word] of args.entries()) {
    const text = fixedText(word);
    const [left, right] = [args[index - 1], args[index + 1]];
    if (text === '-z' || text === '-n') test(right ? variableOf(right) : null, spanOf(call.at));
    else if (left && right && (text === '=' || text === '==' || text === '!='))
      compare(left, right, spanOf(call.at), test, compared);
  }
  const [only, ...rest] = args;
  if (only && rest.length === 0) test(variableOf(only), spanOf(call.at));
}

function testCondition(condition: Condition, test: Test, compared: Set<string>): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const operand of condition.operands) testCondition(operand, test, compared);
      return;
    case 'not':
      testCondition(condition.operand, test, compared);
      return;
    case 'unary':
      if (condition.operator === '-z' || condition.operator === '-n')
        test(variableOf(condition.operand), spanOf(condition.at));
      return;
    case 'binary':
      compare(condition.left, condition.right, spanOf(condition.at), test, compared);
  }
}

/** A comparison with the empty text is a test for emptiness; with any other text it may be what catches the null. */
function compare(left: Word, right: Word, at: Span, test: Test, compared: Set<string>): void {
  for (const [word, other] of [
    [left, right],
    [right, left],
  ] as const) {
    if (fixedText(other) === '') test(variableOf(word), at);
    else for (const name of namesIn(word)) compared.add(name);
  }
}

/** The variable that is all of the word; null for any other word. */
function variableOf(word: Word): string | null {
  const [part, ...others] = word.parts;
  if (others.length > 0 || part?.kind !== 'parameter' || part.length || part.indirect || part.index)
    return null;
  const { operation } = part;
  const isDefault = operation?.kind === 'default' && fixedText(operation.operand) === '';
  return operation === null || isDefault ? part.name : null;
}

/** `${X:?}` asks whether it is empty. */
function required(part: Part): string | null {
  if (part.kind !== 'parameter' || part.operation?.kind !== 'default') return null;
  return part.operation.operator === ':?' ? part.name : null;
}

function namesIn(word: Word): string[] {
  return word.parts.flatMap((part) => (part.kind === 'parameter' ? [part.name] : []));
}
