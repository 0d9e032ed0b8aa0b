import { parseYaml, type YamlList, type YamlMap, type YamlNode, type YamlPair } from '../../parse/yaml.js';
import { positionAt, type Source, type Span } from '../../text/source.js';
import type { Edit } from '../finding.js';
import { lineEndOf, lineStartOf, lineTextEnd } from './script-text.js';

const trees = new WeakMap<Source, YamlNode | null>();

function treeOf(source: Source): YamlNode | null {
  const known = trees.get(source);
  if (known !== undefined) return known;
  const { root, problems } = parseYaml(source);
  const tree = problems.length > 0 ? null : root;
  trees.set(source, tree);
  return tree;
}

/** Can the places of keys and lists in a file be told? */
export function isReadable(source: Source): boolean {
  return treeOf(source) !== null;
}

/** The maps and lists that hold a place, from the top of the file inwards. What an alias repeats is where it is written. */
export function collectionsAround({ source, start, end }: Span): (YamlMap | YamlList)[] {
  const path: (YamlMap | YamlList)[] = [];
  for (let at = treeOf(source); at && at.kind !== 'scalar'; ) {
    path.push(at);
    const inside: readonly (YamlNode | null)[] =
      at.kind === 'list' ? at.items : at.pairs.flatMap(({ key, value }) => [key, value]);
    const outer: YamlNode = at;
    at =
      inside.find(
        (node) =>
          node !== null &&
          node.span.start >= outer.span.start &&
          node.span.start <= start &&
          end <= node.span.end,
      ) ?? null;
  }
  return path;
}

/** The nearest map around a place that has the key. */
export function mapWith(key: string, span: Span): YamlMap | null {
  const found = collectionsAround(span).findLast((node) => node.kind === 'map' && pairOf(node, key) !== null);
  return found?.kind === 'map' ? found : null;
}

/** The pair of a key that is written in the map itself, and not brought in by an alias. */
export function pairOf(map: YamlMap, key: string): YamlPair | null {
  return ownPairs(map).find((pair) => pair.key.text.text === key) ?? null;
}

function ownPairs({ pairs, span }: YamlMap): YamlPair[] {
  return pairs.filter(({ key }) => key.span.start >= span.start && key.span.end <= span.end);
}

export function isFlow({ span }: YamlMap | YamlList): boolean {
  return /[{[]/.test(span.source.text[span.start] ?? '');
}

/** The blanks that stand for the column of an offset, where nothing but blanks, and dashes of lists, are before it. */
export function indentAt(source: Source, offset: number): string | null {
  const before = source.text.slice(lineStartOf(source, offset), offset);
  return /^[ -]*$/.test(before) ? ' '.repeat(before.length) : null;
}

/**
 * Adds a variable to the `env:` of a map, which is made in front of the key `before` where there is none. `value` must
 * be good as a plain scalar. null where the shape of the file does not allow for it.
 */
export function variableAdded(map: YamlMap, name: string, value: string, before: string): Edit | null {
  const { source } = map.span;
  const env = pairOf(map, 'env');
  if (!env) {
    const anchor = pairOf(map, before);
    const indent = anchor && indentAt(source, anchor.key.span.start);
    if (!anchor || indent === null || isFlow(map)) return null;
    const at = anchor.key.span.start;
    const newLine = `${lineEndOf(source)}${indent}`;
    return { span: { source, start: at, end: at }, text: `env:${newLine}  ${name}: ${value}${newLine}` };
  }
  const { value: entries } = env;
  if (entries?.kind !== 'map' || entries.span.start < env.key.span.end) return null;
  const own = ownPairs(entries);
  const [first] = own;
  const last = own.at(-1);
  if (!first || !last) return null;
  if (isFlow(entries)) {
    const at = first.key.span.start;
    return { span: { source, start: at, end: at }, text: `${name}: "${value}", ` };
  }
  const indent = indentAt(source, first.key.span.start);
  if (indent === null) return null;
  const end = last.value?.span.start === undefined ? last.key.span.end : last.value.span.end;
  if (end >= last.key.span.end && isOneLine(source, last.key.span.start, end)) {
    const at = lineTextEnd(source, end);
    return {
      span: { source, start: at, end: at },
      text: `${lineEndOf(source)}${indent}${name}: ${value}`,
    };
  }
  const at = first.key.span.start;
  return { span: { source, start: at, end: at }, text: `${name}: ${value}${lineEndOf(source)}${indent}` };
}

/**
 * Adds an item to the list of a key, which may be a single item so far, or be made in front of the key `before`. `item`
 * must be good as a plain scalar. null where the shape of the file does not allow for it.
 */
export function itemAdded(map: YamlMap, key: string, item: string, before: string): Edit | null {
  const { source } = map.span;
  const pair = pairOf(map, key);
  if (!pair) {
    const anchor = pairOf(map, before);
    const indent = anchor && indentAt(source, anchor.key.span.start);
    if (!anchor || indent === null || isFlow(map)) return null;
    const at = anchor.key.span.start;
    return { span: { source, start: at, end: at }, text: `${key}: ${item}${lineEndOf(source)}${indent}` };
  }
  const { value } = pair;
  // What an alias stands for is written elsewhere, for others too.
  if (!value || value.span.start < pair.key.span.end || value.kind === 'map') return null;
  if (value.kind === 'scalar') {
    const written = source.text.slice(value.span.start, value.span.end);
    if (!/^[\w'"-]+$/.test(written)) return null;
    return { span: value.span, text: `[${written}, ${item}]` };
  }
  const last = value.items.at(-1);
  if (last?.kind !== 'scalar' || last.span.start < value.span.start) return null;
  const { end } = last.span;
  if (isFlow(value)) return { span: { source, start: end, end }, text: `, ${item}` };
  const indent = indentAt(source, last.span.start);
  if (indent === null) return null;
  const at = lineTextEnd(source, end);
  const dash = `${indent.slice(0, -2)}- `;
  return { span: { source, start: at, end: at }, text: `${lineEndOf(source)}${dash}${item}` };
}

function isOneLine(source: Source, start: number, end: number): boolean {
  return positionAt(source, start).line === positionAt(source, end).line;
}

/** Takes a key with its value on one line out of a map; null where it shares its line, or is all there is. */
export function keyRemoved(map: YamlMap, key: string): Edit | null {
  const { source } = map.span;
  const pairs = ownPairs(map);
  const at = pairs.findIndex((pair) => pair.key.text.text === key);
  const pair = pairs[at];
  if (!pair?.value || isFlow(map) || pair.value.span.start < pair.key.span.end) return null;
  const { start } = pair.key.span;
  const end = pair.value.span.end;
  if (!isOneLine(source, start, end)) return null;
  const lineEnd = lineTextEnd(source, end);
  if (!/^\s*(#.*)?$/.test(source.text.slice(end, lineEnd))) return null;
  const lineStart = lineStartOf(source, start);
  if (source.text.slice(lineStart, start).trim() === '') {
    const past = lineEnd + (source.text.startsWith('\r\n', lineEnd) ? 2 : 1);
    return { span: { source, start: lineStart, end: Math.min(past, source.text.length) }, text: '' };
  }
  // Behind the dash of a list: the next key takes its place.
  const next = pairs[at + 1];
  if (!next || source.text.slice(lineEnd, next.key.span.start).trim() !== '') return null;
  return { span: { source, start, end: next.key.span.start }, text: '' };
}

/** Where an item of a list can be put in front of the one that holds a place, with the blanks before its dash. */
export function placeBeforeItem(span: Span): { readonly at: number; readonly indent: string } | null {
  const path = collectionsAround(span);
  const at = path.findLastIndex((node) => node.kind === 'list');
  const item = path[at + 1];
  const list = path[at];
  if (!item || !list || isFlow(list)) return null;
  const { source } = span;
  const line = lineStartOf(source, item.span.start);
  const before = source.text.slice(line, item.span.start);
  const indent = /^( *)-( +&[\w-]+)? +$/.exec(before)?.[1];
  if (indent === undefined) return null;
  return { at: aboveComments(source, line, indent, list.span.start), indent };
}

/** Where lines can be put in front of a key that is the first of its line, with the blanks before it. */
export function placeBeforeKey({
  source,
  start,
}: Span): { readonly at: number; readonly indent: string } | null {
  const line = lineStartOf(source, start);
  const indent = source.text.slice(line, start);
  const map = collectionsAround({ source, start, end: start }).findLast((node) => node.kind === 'map');
  if (!/^ *$/.test(indent) || !map || isFlow(map)) return null;
  return { at: aboveComments(source, line, indent, map.span.start), indent };
}

/** In front of the comment above a line, which is about what stands in it; not before `limit`. */
function aboveComments(source: Source, line: number, indent: string, limit: number): number {
  let start = line;
  for (let above = start; above > limit; ) {
    above = lineStartOf(source, above - 1);
    const text = source.text.slice(above, start);
    if (!text.trimStart().startsWith('#') || above <= limit || !text.startsWith(indent)) break;
    start = above;
  }
  return start;
}
