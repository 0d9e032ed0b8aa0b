// parse/: text to trees. May not judge, read files, or know what a workflow is.

import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isScalar,
  Lexer,
  type ParsedNode,
  Parser,
  type Scalar,
  type YAMLError,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { MappedText } from '../text/script.js';
import { positionAt, type Source, type Span } from '../text/source.js';
import { quoted } from './quoted.js';
import { breakLoneReturns, mapScalar, type ScalarShape, type ScalarStyle, scalarOffsets } from './scalar.js';
import { yamlMessage } from './yaml-message.js';

/** A YAML value with its place. Aliases are resolved: the same node object stands wherever it is named. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlScalar {
  readonly kind: 'scalar';
  /** The value by the YAML 1.2 core schema. */
  readonly value: string | number | boolean | null;
  /** The text as a string-typed key would get it (`1.10` stays `1.10`), with the way back to the file. */
  readonly text: MappedText;
  readonly style: ScalarStyle;
  /** The whole scalar as written, quotes and block header included. */
  readonly span: Span;
}

export interface YamlPair {
  readonly key: YamlScalar;
  /** null where nothing stands after the colon. */
  readonly value: YamlNode | null;
}

export interface YamlMap {
  readonly kind: 'map';
  /** In source order, merge keys (`<<`) already applied (an own key wins over a merged one). */
  readonly pairs: readonly YamlPair[];
  readonly span: Span;
}

export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly (YamlNode | null)[];
  readonly span: Span;
}

/** What is wrong with a file's YAML, and where. */
export interface YamlProblem {
  readonly span: Span;
  readonly message: string;
}

export interface YamlFile {
  readonly source: Source;
  /** null for an empty file, or for one that is too broken to have a tree. */
  readonly root: YamlNode | null;
  readonly problems: readonly YamlProblem[];
}

/** Aliases included: deeper trees are refused, so that nobody who walks one needs to fear for the stack. */
const deepest = 200;
/** With every alias written out: a file that says more is an alias bomb for everybody who walks its tree. */
const mostNodes = 1_000_000;
/** The first mistake in a file makes others; past this many nobody reads on. */
const mostProblems = 20;

/**
 * Reads one YAML file. Never throws: what is wrong is in `problems` (in the order of the file, at most one a
 * line and twenty in all), next to the best tree that could be had. Time and memory are linear in the file.
 */
export function parseYaml(source: Source): YamlFile {
  const reading: Reading = {
    source,
    lines: breakLoneReturns(source.text),
    problems: [],
    anchors: new Map(),
    quotes: new Map(),
    brackets: new Map(),
    nodes: 0,
  };
  reportControlCharacters(reading);
  const document = compose(reading);
  if (document === null) return { source, root: null, problems: chosenProblems(reading) };
  const { contents } = document;
  const root = contents === null ? null : convert(reading, contents, 0).node;
  reportErrors(reading, document.errors);
  return { source, root, problems: chosenProblems(reading) };
}

/** What is known while one file is read. */
interface Reading {
  readonly source: Source;
  /** The text with lone CRs replaced; offsets are the file's. */
  readonly lines: string;
  readonly problems: YamlProblem[];
  /** 'open' while the node that an anchor names is still being read. */
  readonly anchors: Map<string, Anchored | 'open'>;
  /** Where quotes and brackets open, by the end of what they open. */
  readonly quotes: Map<number, number>;
  readonly brackets: Map<number, number>;
  /** The nodes read so far, with those of aliased nodes counted again at each alias. */
  nodes: number;
}

interface Converted {
  /** null where nothing stands. */
  readonly node: YamlNode | null;
  /** One past its last character in the file; for an alias, that of the alias. */
  readonly end: number;
  /** The levels of mappings and lists in it. */
  readonly height: number;
}

interface Anchored {
  readonly converted: Converted;
  readonly nodes: number;
}

function report(reading: Reading, start: number, end: number, message: string): void {
  const { source } = reading;
  const from = Math.max(0, Math.min(start, source.text.length));
  const to = Math.max(from, Math.min(end, source.text.length));
  reading.problems.push({ span: { source, start: from, end: to }, message });
}

function chosenProblems(reading: Reading): YamlProblem[] {
  const chosen: YamlProblem[] = [];
  let lastLine = 0;
  for (const problem of reading.problems.toSorted((a, b) => a.span.start - b.span.start)) {
    const { line } = positionAt(reading.source, problem.span.start);
    if (line === lastLine) continue;
    chosen.push(problem);
    lastLine = line;
    if (chosen.length === mostProblems) break;
  }
  return chosen;
}

/** The characters that YAML 1.2 section 5.1 leaves out, on which the forges' own parsers stop too. */
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/g;

function reportControlCharacters(reading: Reading): void {
  let found = 0;
  for (const match of reading.lines.matchAll(controlCharacter)) {
    const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    const message = `the control character U+${code} cannot stand in YAML: remove it, or write it as an escape in double quotes`;
    report(reading, match.index, match.index + 1, message);
    if (++found === mostProblems) return;
  }
}

/** The first document of the file, or null for one that cannot be read at all. */
function compose(reading: Reading): Document.Parsed | null {
  const { lines } = reading;
  const parser = new Parser();
  // Its own check for duplicate keys is quadratic, so it is off; `core` keeps a `%YAML 1.1` line from
  // changing the types; block scalars need their token for its indentation.
  const composer = new Composer({
    schema: 'core',
    uniqueKeys: false,
    resolveKnownTags: false,
    keepSourceTokens: true,
  });
  let first: Document.Parsed | null = null;
  try {
    for (const document of composer.compose(tokens(parser, lines), true, lines.length)) {
      if (first !== null) {
        const [start] = document.range;
        const marker = lines.startsWith('---', start) ? 3 : 1;
        report(
          reading,
          start,
          start + marker,
          'a second YAML document begins here: keep one document a file',
        );
        break;
      }
      first = document;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    report(reading, parser.offset, parser.offset + 1, `not valid YAML: the parser gave up here: ${reason}`);
    return null;
  }
  if (!isTooDeep(parser)) return first;
  report(reading, parser.offset, parser.offset + 1, tooDeep);
  return null;
}

const tooDeep = `mappings and lists are nested more than ${deepest} levels deep here: flatten them`;

/** The parser's stack holds the document and perhaps a scalar besides the open mappings and lists. */
function isTooDeep(parser: Parser): boolean {
  return parser.stack.length > deepest + 2;
}

/** Stops where it gets too deep: to close many levels at once, the library needs as much stack. */
function* tokens(parser: Parser, lines: string): ReturnType<Parser['parse']> {
  for (const lexeme of new Lexer().lex(lines)) {
    yield* parser.next(lexeme);
    if (isTooDeep(parser)) return;
  }
  yield* parser.end();
}

/** The one way from the library's nodes to ours. `depth` counts the mappings and lists around the node. */
function convert(reading: Reading, node: ParsedNode, depth: number): Converted {
  const before = reading.nodes++;
  if (isAlias(node)) return resolveAlias(reading, node.source, node.range, depth);
  if (!isScalar(node) && depth >= deepest) {
    report(reading, node.range[0], node.range[0] + 1, tooDeep);
    return { node: null, end: node.range[1], height: 0 };
  }
  if (node.anchor) reading.anchors.set(node.anchor, 'open');
  const converted = isScalar(node)
    ? convertScalarValue(reading, node)
    : isMap(node)
      ? convertMap(reading, node, depth)
      : convertList(reading, node, depth);
  if (node.anchor) reading.anchors.set(node.anchor, { converted, nodes: reading.nodes - before });
  return converted;
}

function resolveAlias(
  reading: Reading,
  name: string,
  range: readonly [number, number, number],
  depth: number,
): Converted {
  const [start, end] = range;
  const nothing = { node: null, end, height: 0 };
  const anchored = reading.anchors.get(name);
  const fail = (message: string): Converted => {
    report(reading, start, end, message);
    return nothing;
  };
  const alias = quoted(`*${name}`);
  const anchor = quoted(`&${name}`);
  if (name === '') return nothing;
  if (anchored === undefined) {
    return fail(`no anchor ${anchor} stands before the alias ${alias}: define it, or quote the value`);
  }
  if (anchored === 'open') {
    return fail(`the alias ${alias} stands inside of ${anchor}, which would contain itself: remove it`);
  }
  if (depth + anchored.converted.height > deepest) return fail(tooDeep);
  if (reading.nodes + anchored.nodes > mostNodes) {
    return fail(`with the alias ${alias} this file says more than ${mostNodes} values: write fewer aliases`);
  }
  reading.nodes += anchored.nodes;
  return { ...anchored.converted, end };
}

function convertScalarValue(reading: Reading, node: Scalar.Parsed): Converted {
  const [start, end] = node.range;
  if (start === end && node.tag === undefined) {
    return { node: null, end: endBeforeBlanks(reading.lines, 0, start), height: 0 };
  }
  const scalar = convertScalar(reading, node);
  return { node: scalar, end: scalar.span.end, height: 0 };
}

function convertScalar(reading: Reading, node: Scalar.Parsed): YamlScalar {
  const { source, lines } = reading;
  const [start, end] = node.range;
  const style = styleOf(node.type);
  const parentIndent = node.srcToken?.type === 'block-scalar' ? node.srcToken.indent : 0;
  const shape: ScalarShape = { style, start, end, parentIndent };
  const value = scalarValue(node);
  const text = value === null ? '' : textOf(lines, shape, node.source);
  if (style === 'single' || style === 'double') reading.quotes.set(end, start);
  const isBlock = style === 'literal' || style === 'folded';
  return {
    kind: 'scalar',
    value: typeof value === 'string' ? text : value,
    text: mapScalar(source, lines, shape, text),
    style,
    span: { source, start, end: isBlock ? endBeforeBlanks(lines, start, end) : end },
  };
}

function styleOf(type: Scalar.Type | undefined): ScalarStyle {
  switch (type) {
    case 'BLOCK_FOLDED':
      return 'folded';
    case 'BLOCK_LITERAL':
      return 'literal';
    case 'QUOTE_DOUBLE':
      return 'double';
    case 'QUOTE_SINGLE':
      return 'single';
    case 'PLAIN':
    case undefined:
      return 'plain';
  }
}

function scalarValue(node: Scalar.Parsed): YamlScalar['value'] {
  const { value } = node;
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  return node.source;
}

/**
 * The library ends a block text with a line end even where the file ends before one. The forges' parsers do
 * not, which decides what `if: |` means (semantics 4.2).
 */
function textOf(lines: string, shape: ScalarShape, decoded: string): string {
  const isBlock = shape.style === 'literal' || shape.style === 'folded';
  if (!isBlock || lines[shape.end - 1] === '\n' || !decoded.endsWith('\n')) return decoded;
  return decoded.slice(0, scalarOffsets(lines, shape).length);
}

/** `end`, moved back over blanks and line ends, but not past `start`. */
function endBeforeBlanks(lines: string, start: number, end: number): number {
  let at = end;
  while (at > start && ' \t\r\n'.includes(lines[at - 1] ?? '')) at--;
  return at;
}

function convertList(reading: Reading, list: YAMLSeq.Parsed, depth: number): Converted {
  const [start, rangeEnd] = list.range;
  const items: (YamlNode | null)[] = [];
  let end = start + 1;
  let height = 0;
  for (const item of list.items) {
    const converted = convert(reading, item, depth + 1);
    items.push(converted.node);
    end = Math.max(end, converted.end);
    height = Math.max(height, converted.height);
  }
  if (list.flow) {
    reading.brackets.set(rangeEnd, start);
    end = rangeEnd;
  }
  const span = { source: reading.source, start, end };
  return { node: { kind: 'list', items, span }, end, height: height + 1 };
}

/** A `<<` in a mapping, with the mappings it brings in. */
interface Merge {
  readonly merged: readonly YamlMap[];
}

function convertMap(reading: Reading, map: YAMLMap.Parsed, depth: number): Converted {
  const [start, rangeEnd] = map.range;
  const entries: (YamlPair | Merge)[] = [];
  const own = new Map<string, YamlScalar>();
  let end = start;
  let height = 0;
  for (const pair of map.items) {
    const key = convertKey(reading, pair.key, depth + 1);
    const problems = reading.problems.length;
    const value = pair.value
      ? convert(reading, pair.value, depth + 1)
      : { node: null, end: key.end, height: 0 };
    end = Math.max(end, key.end, value.end);
    height = Math.max(height, value.height);
    if (key.scalar === null) continue;
    const name = key.scalar.text.text;
    const earlier = own.get(name);
    if (earlier !== undefined) {
      const { line } = positionAt(reading.source, earlier.span.start);
      const message = `the key ${quoted(name)} already stands in this mapping, on line ${line}: remove one of the two`;
      report(reading, pair.key.range[0], key.end, message);
      continue;
    }
    own.set(name, key.scalar);
    if (!isMergeKey(pair.key)) {
      entries.push({ key: key.scalar, value: value.node });
      continue;
    }
    const maps = value.node?.kind === 'list' ? value.node.items : [value.node];
    const merged = maps.filter((node) => node?.kind === 'map');
    entries.push({ merged });
    // A value that is missing because of a problem of its own is not reported twice.
    if (merged.length < maps.length && reading.problems.length === problems) {
      const message = '"<<" takes a mapping or a list of mappings: give it an alias of a mapping';
      report(reading, key.scalar.span.start, key.scalar.span.end, message);
    }
  }
  if (map.flow) {
    reading.brackets.set(rangeEnd, start);
    end = rangeEnd;
  }
  const span = { source: reading.source, start, end };
  return { node: { kind: 'map', pairs: flatten(entries, own), span }, end, height: height + 1 };
}

function convertKey(
  reading: Reading,
  node: ParsedNode,
  depth: number,
): { scalar: YamlScalar | null; end: number } {
  const { node: key, end } = convert(reading, node, depth);
  if (key?.kind === 'scalar') return { scalar: key, end };
  // The empty key of `: value`.
  if (isScalar(node)) return { scalar: convertScalar(reading, node), end };
  report(
    reading,
    node.range[0],
    Math.max(end, node.range[0] + 1),
    'a key must be a plain text, not a list or a mapping: quote it, or write its text out',
  );
  return { scalar: null, end };
}

/** A quoted `"<<"` is a key like any other. */
function isMergeKey(node: ParsedNode): boolean {
  return isScalar(node) && node.type === 'PLAIN' && node.source === '<<';
}

/** An own key wins over a merged one, an earlier merged one over a later. */
function flatten(entries: readonly (YamlPair | Merge)[], own: ReadonlyMap<string, YamlScalar>): YamlPair[] {
  const pairs: YamlPair[] = [];
  const merged = new Set<string>();
  for (const entry of entries) {
    if ('key' in entry) {
      pairs.push(entry);
      continue;
    }
    for (const map of entry.merged) {
      for (const pair of map.pairs) {
        const name = pair.key.text.text;
        if (own.has(name) || merged.has(name)) continue;
        merged.add(name);
        pairs.push(pair);
      }
    }
  }
  return pairs;
}

function reportErrors(reading: Reading, errors: readonly YAMLError[]): void {
  let streamBroken = false;
  // Enough to fill the problems of a file, even where several stand on a line.
  for (const error of errors.slice(0, 10 * mostProblems)) {
    const broken = error.message.includes('in YAML stream');
    // The first token outside of the tree is the mistake; the rest of the file follows from it.
    if (broken && streamBroken) continue;
    streamBroken ||= broken;
    const [start, end] = errorRange(reading, error);
    const isTab = error.code === 'TAB_AS_INDENT' || reading.lines[start] === '\t';
    const code = isTab ? 'TAB_AS_INDENT' : error.code;
    report(reading, start, end, yamlMessage(code, error.message, reading.lines.slice(start, end)));
  }
}

/** The library often points at the place where it noticed; this is the place of the mistake. */
function errorRange(reading: Reading, error: YAMLError): readonly [number, number] {
  const { lines } = reading;
  const [start, end] = error.pos;
  const { message } = error;
  if (message.startsWith('Missing closing')) return opening(reading.quotes.get(start), error.pos);
  if (message.startsWith('Flow ')) return opening(reading.brackets.get(start), error.pos);
  switch (error.code) {
    case 'TAB_AS_INDENT': {
      const found = lines.indexOf('\t', start);
      return found < 0 ? error.pos : [found, found + 1];
    }
    case 'BAD_INDENT':
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
    case 'UNEXPECTED_TOKEN':
      return wordAt(lines, start);
    case 'BAD_DQ_ESCAPE':
      return [start, start + 2];
    default:
      return [start, end];
  }
}

function opening(found: number | undefined, otherwise: readonly [number, number]): readonly [number, number] {
  return found === undefined ? otherwise : [found, found + 1];
}

/** The next word at or after `from`, or a tab before it, which is then what is wrong with its indentation. */
function wordAt(lines: string, from: number): readonly [number, number] {
  let start = from;
  while (start < lines.length && ' \r\n'.includes(lines[start] ?? '')) start++;
  let end = start + 1;
  if ('\t,[]{}'.includes(lines[start] ?? '')) return [start, end];
  while (end < lines.length && !' \t\r\n'.includes(lines[end] ?? '')) end++;
  return [start, end];
}
