import type { YamlNode } from '../parse/yaml.js';
import type { Source, Span } from '../text/source.js';

/** A YAML value as JSON has it. */
export type Data = string | number | boolean | null | readonly Data[] | { readonly [key: string]: Data };

/** The value of a tree; nothing at all is null. */
export function dataOf(node: YamlNode | null): Data {
  switch (node?.kind) {
    case undefined:
      return null;
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(dataOf);
    case 'map':
      return Object.fromEntries(node.pairs.map(({ key, value }) => [key.text.text, dataOf(value)]));
  }
}

/** Where a value stands: what there is of the way to it, keys and numbers of items, counts. */
export function placeOf(
  root: YamlNode | null,
  source: Source,
  way: readonly string[],
): { readonly node: YamlNode | null; readonly span: Span } {
  let node = root;
  let span = headOf(root) ?? { source, start: 0, end: 0 };
  for (const name of way) {
    if (node?.kind === 'map') {
      const pair = node.pairs.find(({ key }) => key.text.text === name);
      if (!pair) return { node, span };
      node = pair.value;
      span = node?.kind === 'scalar' ? node.span : pair.key.span;
    } else if (node?.kind === 'list') {
      node = node.items[Number(name)] ?? null;
      span = headOf(node) ?? span;
    } else return { node: null, span };
  }
  return { node, span };
}

/** The part of a value that a message points at: all of a text, the first key of a mapping, the first item of a list. */
function headOf(node: YamlNode | null): Span | null {
  switch (node?.kind) {
    case undefined:
      return null;
    case 'scalar':
      return node.span;
    case 'map':
      return node.pairs[0]?.key.span ?? node.span;
    case 'list':
      return headOf(node.items[0] ?? null) ?? node.span;
  }
}

/** The key of a mapping. */
export function keySpan(node: YamlNode | null, name: string): Span | null {
  if (node?.kind !== 'map') return null;
  return node.pairs.find(({ key }) => key.text.text === name)?.key.span ?? null;
}
