import {
  commandItems,
  glueWords,
  type ShellAndOr,
  type ShellCase,
  type ShellCommand,
  type ShellIf,
  type ShellList,
  type ShellNode,
  type ShellPipeline,
  type ShellRedirection,
  type ShellStatement,
  type ShellWord,
} from '../../../parse/shell.js';
import type { Place } from '../../../text/script.js';
import type { Arithmetic, Arm, Assignment, Block, Node, Redirect, Word } from '../../program.js';
import { deeper, type Frame, MAX_DEPTH, placeOf, writtenText } from '../frame.js';
import { lowerArithmetic } from './arithmetic.js';
import { assignmentWord, lowerAssignment, wordAssignment } from './assignments.js';
import { lowerCondition } from './conditions.js';
import { FIELD, lowerHeredocBody, lowerPieces, lowerWord, PATTERN, SINGLE } from './words.js';

export function lowerStatements(frame: Frame, statements: readonly ShellStatement[]): Block {
  return statements.map((statement) => lowerStatement(frame, statement));
}

function lowerStatement(frame: Frame, statement: ShellStatement): Node {
  const body = lowerNode(frame, statement.command);
  if (!statement.background) return body;
  return { kind: 'background', body, at: placeOf(frame, statement.pos, statement.end) };
}

/** A list of one statement is that statement. */
function lowerList(frame: Frame, list: ShellList): Node {
  const [only] = list.commands;
  if (only !== undefined && list.commands.length === 1) return lowerStatement(frame, only);
  return lowerSequence(frame, list, placeOf(frame, list.pos, list.end));
}

function lowerSequence(frame: Frame, list: ShellList, at: Place): Node {
  return { kind: 'sequence', body: lowerStatements(frame, list.commands), at };
}

/** The reason of a node that is too deep to be lowered, and of a program that has one. */
export const TOO_DEEP = `nested more than ${MAX_DEPTH} levels deep`;

function tooDeep(at: Place): Node {
  return { kind: 'opaque', reason: TOO_DEEP, at };
}

function lowerNode(frame: Frame, node: ShellNode | ShellList): Node {
  const at = placeOf(frame, node.pos, node.end);
  return deeper(
    frame,
    1,
    at,
    () => tooDeep(at),
    () => lowerNodeHere(frame, node, at),
  );
}

function lowerNodeHere(frame: Frame, node: ShellNode | ShellList, at: Place): Node {
  switch (node.type) {
    case 'Command':
      return lowerCall(frame, node, at);
    case 'Pipeline':
      return lowerPipeline(frame, node, at);
    case 'AndOr':
      return lowerAndOr(frame, node, at);
    case 'Redirected': {
      const body = lowerNode(frame, node.command);
      return { kind: 'redirected', body, redirects: lowerRedirects(frame, node.redirects), at };
    }
    case 'CompoundList':
    case 'BraceGroup':
      return lowerSequence(frame, node.type === 'BraceGroup' ? node.body : node, at);
    case 'Subshell':
      return { kind: 'subshell', body: lowerList(frame, node.body), at };
    case 'If':
      return lowerIf(frame, node, at);
    case 'For': {
      const items = node.wordlist && glueWords(node.wordlist).map((item) => lowerPieces(frame, item, FIELD));
      return {
        kind: 'for',
        variable: staticName(frame, node.name),
        items: items ?? null,
        body: lowerList(frame, node.body),
        at,
      };
    }
    case 'Select': {
      const test = readInto(frame, node.name, node.wordlist);
      return { kind: 'while', until: false, test, body: lowerList(frame, node.body), at };
    }
    case 'ArithmeticFor': {
      const lower = (part: typeof node.test): Arithmetic | null =>
        part ? lowerArithmetic(frame, part, at) : null;
      return {
        kind: 'count',
        initialise: lower(node.initialize),
        test: lower(node.test),
        update: lower(node.update),
        body: lowerList(frame, node.body),
        at,
      };
    }
    case 'While':
      return {
        kind: 'while',
        until: node.kind === 'until',
        test: lowerList(frame, node.clause),
        body: lowerList(frame, node.body),
        at,
      };
    case 'Case':
      return lowerCase(frame, node, at);
    case 'TestCommand':
      return { kind: 'test', condition: lowerCondition(frame, node.expression), at };
    case 'ArithmeticCommand':
      return { kind: 'arithmetic', expression: lowerArithmetic(frame, node.expression, at), at };
    case 'Function':
      return { kind: 'define', name: staticName(frame, node.name), body: lowerNode(frame, node.body), at };
    case 'Coproc':
      return { kind: 'background', body: lowerNode(frame, node.body), at };
  }
}

function staticName(frame: Frame, word: ShellWord): string {
  return writtenText(frame, word.pos, word.end, word.value);
}

/** A `select` asks for one of its words on standard input and loops until that ends, as `while read` does. */
function readInto(frame: Frame, name: ShellWord, items: readonly ShellWord[] | undefined): Node {
  const at = placeOf(frame, name.pos, name.end);
  const call = (command: string, args: readonly Word[]): Node => {
    const first: Word = {
      kind: 'word',
      parts: [{ kind: 'text', text: command, quoted: false, at }],
      assignment: null,
      at,
    };
    return { kind: 'call', assignments: [], words: [first, ...args], redirects: [], at };
  };
  const read = call('read', [lowerWord(frame, name, FIELD)]);
  if (items === undefined || items.length === 0) return read;
  const offered = glueWords(items).map((item) => lowerPieces(frame, item, FIELD));
  const whole = placeOf(frame, name.pos, items.at(-1)?.end ?? name.end);
  return { kind: 'sequence', body: [{ ...call(':', offered), at: whole }, read], at: whole };
}

/** The commands whose arguments may be assignments. */
const DECLARATIONS = new Set(['declare', 'export', 'local', 'readonly', 'typeset']);
const PREFIXES = new Set(['builtin', 'command']);

function lowerCall(frame: Frame, command: ShellCommand, at: Place): Node {
  const assignments: Assignment[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  let declares = false;
  let nameKnown = false;
  for (const item of commandItems(command)) {
    if (item.kind === 'redirect') {
      redirects.push(lowerRedirect(frame, item.redirect));
    } else if (item.kind === 'assignment') {
      const assignment = lowerAssignment(frame, item.assignment, item.rest);
      if (words.length === 0) assignments.push(assignment);
      else words.push(assignmentWord(assignment));
    } else {
      const word = lowerPieces(frame, item.pieces, FIELD);
      if (declares) words.push({ ...word, assignment: wordAssignment(word) });
      else words.push(word);
      if (!nameKnown) {
        const name = staticText(word);
        declares = name !== null && DECLARATIONS.has(name);
        nameKnown = name === null || !PREFIXES.has(name);
      }
    }
  }
  return { kind: 'call', assignments, words, redirects, at };
}

function staticText(word: Word): string | null {
  let text = '';
  for (const part of word.parts) {
    if (part.kind !== 'text') return null;
    text += part.text;
  }
  return text;
}

function lowerRedirects(frame: Frame, redirects: readonly ShellRedirection[]): readonly Redirect[] {
  return redirects.map((redirect) => lowerRedirect(frame, redirect));
}

/** The shell itself takes a free descriptor from 10 upwards for `{name}>file`. */
const CHOSEN_DESCRIPTOR = 10;

function lowerRedirect(frame: Frame, redirect: ShellRedirection): Redirect {
  const at = placeOf(frame, redirect.pos, redirect.end);
  const { descriptor: left } = redirect;
  const operator = redirect.operator === '<<-' ? '<<' : redirect.operator;
  const own = operator.startsWith('<') ? 0 : 1;
  const descriptor =
    left === undefined ? own : left.type === 'FileDescriptor' ? left.value : CHOSEN_DESCRIPTOR;
  if (redirect.type === 'HereDoc') {
    return { descriptor, operator, target: lowerHeredocBody(frame, redirect), at };
  }
  const { target } = redirect;
  if (target === undefined) {
    const end = placeOf(frame, redirect.end, redirect.end);
    return { descriptor, operator, target: { kind: 'word', parts: [], assignment: null, at: end }, at };
  }
  const style = redirect.type === 'HereString' ? SINGLE : FIELD;
  return { descriptor, operator, target: lowerWord(frame, target, style), at };
}

function lowerPipeline(frame: Frame, pipeline: ShellPipeline, at: Place): Node {
  const { commands, operators, prefixes, end } = pipeline;
  const stages = commands.map((command) => lowerNode(frame, command));
  const [only] = stages;
  let body: Node;
  if (only !== undefined && stages.length === 1) body = only;
  else if (only === undefined) body = { kind: 'sequence', body: [], at: placeOf(frame, end, end) };
  else {
    const stderr = operators.map((operator) => operator === '|&');
    body = { kind: 'pipeline', stages, stderr, at: placeOf(frame, commands[0]?.pos ?? end, end) };
  }
  const negations = prefixes.filter((prefix) => prefix.type === 'Negation');
  const start = negations[0]?.pos;
  if (start === undefined || negations.length % 2 === 0) return body;
  return { kind: 'not', body, at: { ...at, start: placeOf(frame, start, end).start } };
}

/** A flat list of `&&` and `||`, which have the same strength, as the left-leaning tree it means. */
function lowerAndOr(frame: Frame, list: ShellAndOr, at: Place): Node {
  const { commands, operators } = list;
  const build = (): Node => {
    const [first, ...rest] = commands;
    if (first === undefined) return { kind: 'sequence', body: [], at };
    let node = lowerNode(frame, first);
    let end = first.end;
    for (const [index, command] of rest.entries()) {
      const operator = operators[index] ?? '&&';
      const right = lowerNode(frame, command);
      node = {
        kind: operator === '&&' ? 'and' : 'or',
        left: node,
        right,
        operatorAt: operatorPlace(frame, operator, end, command.pos),
        at: { text: at.text, start: at.start, end: Math.max(node.at.end, right.at.end) },
      };
      end = command.end;
    }
    return node;
  };
  return deeper(frame, operators.length, at, () => tooDeep(at), build);
}

/** Nothing but blanks and line continuations can stand between a command and the operator after it. */
function operatorPlace(frame: Frame, operator: string, start: number, end: number): Place {
  const { source } = frame;
  let at = start;
  while (at < end && ' \t\r\n\\'.includes(source.charAt(at))) at++;
  return source.startsWith(operator, at)
    ? placeOf(frame, at, at + operator.length)
    : placeOf(frame, start, end);
}

function lowerIf(frame: Frame, node: ShellIf, at: Place): Node {
  const build = (): Node => {
    const last = node.else ?? node.elif.at(-1);
    let otherwise = node.else ? lowerList(frame, node.else) : null;
    for (const branch of node.elif.toReversed()) {
      otherwise = {
        kind: 'branch',
        test: lowerList(frame, branch.clause),
        then: lowerList(frame, branch.then),
        otherwise,
        at: placeOf(frame, branch.pos, last?.end ?? branch.end),
      };
    }
    return {
      kind: 'branch',
      test: lowerList(frame, node.clause),
      then: lowerList(frame, node.then),
      otherwise,
      at,
    };
  };
  return deeper(frame, node.elif.length, at, () => tooDeep(at), build);
}

const ARM_ENDS = { ';;': 'stop', ';&': 'fall', ';;&': 'continue' } as const;

function lowerCase(frame: Frame, node: ShellCase, at: Place): Node {
  const arms = node.items.map(
    (item): Arm => ({
      patterns: item.pattern.map((pattern) => lowerWord(frame, pattern, PATTERN)),
      body: lowerList(frame, item.body),
      // The last arm needs no terminator.
      then: ARM_ENDS[item.terminator ?? ';;'],
      at: placeOf(frame, item.pos, item.end),
    }),
  );
  return { kind: 'match', subject: lowerWord(frame, node.word, SINGLE), arms, at };
}
