import { jqLine, jqPrintsNull } from '../facts/commands.js';
import type { Dialect } from '../forge/dialects.js';
import type { Action, Workflow } from '../model/model.js';
import type { Assignment, Call, Condition, Part, Word } from '../program/program.js';
import { fixedText, walkShell } from '../program/walk.js';
import { spanOf } from '../text/script.js';
import type { Span } from '../text/source.js';
import { type Answer, answerAt } from './answer.js';
import { type ShellScript, shellScripts } from './shell-scripts.js';

/** A variable that holds the text `null` where the JSON has no value, and a test of it for emptiness, which that passes. */
export interface NullText extends Answer {
  readonly variable: string;
  readonly tool: string;
  /** The filter as it is written. */
  readonly filter: string;
}

/** The tests for emptiness that the text `null` passes. */
export function nullTexts(file: Workflow | Action, dialect: Dialect): NullText[] {
  return shellScripts(file, dialect, 'jq').flatMap((script) => inScript(script, dialect));
}

interface Taken {
  readonly tool: string;
  readonly filter: string;
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
      const { tool, filter } = from;
      const answer = answerAt(
        dialect.forge,
        from.span,
        `prints null where there is no value`,
        script,
        'likely',
      );
      const witness = [...answer.witness, { span: test, text: 'a text that is not empty' }];
      found.push({ ...answer, witness, variable: name, tool, filter });
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

/** The word is `$(… | jq …)`, and the filter gives null where what it asks for is not there. */
function takenFrom(word: Word): Taken | null {
  const [part, ...others] = word.parts;
  if (part?.kind !== 'command' || others.length > 0) return null;
  const node = part.body.at(-1);
  const last = node?.kind === 'pipeline' ? node.stages.at(-1) : node;
  if (last?.kind !== 'call') return null;
  const tool = fixedText(last.words[0]);
  if (tool !== 'jq') return null;
  const line = jqLine(last.words.slice(1).map(fixedText));
  if (!line?.filter || !jqPrintsNull(line)) return null;
  return { tool, filter: line.filter, span: spanOf(last.words[0]?.at ?? last.at) };
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
