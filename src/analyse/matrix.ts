import type { Job } from '../model/model.js';
import { contextPath, type Expr } from '../parse/expression.js';
import type { YamlNode } from '../parse/yaml.js';

/** The texts that `matrix.<key>` can be, as far as the file says; empty where it does not. */
export function matrixTexts(job: Job, key: string): string[] {
  const { strategy } = job;
  const matrix = strategy?.kind === 'map' ? entryOf(strategy, 'matrix') : null;
  if (matrix?.kind !== 'map') return [];
  const texts: string[] = [];
  for (const pair of matrix.pairs) {
    const name = pair.key.text.text.toLowerCase();
    if (name === key) texts.push(...scalarsOf(pair.value));
    if (name !== 'include' || pair.value?.kind !== 'list') continue;
    for (const item of pair.value.items) {
      if (item?.kind === 'map') texts.push(...scalarsOf(entryOf(item, key)));
    }
  }
  return [...new Set(texts)];
}

/** The value of a key, whichever case it is written in. */
export function entryOf(map: Extract<YamlNode, { kind: 'map' }>, key: string): YamlNode | null {
  return map.pairs.find((pair) => pair.key.text.text.toLowerCase() === key)?.value ?? null;
}

function scalarsOf(node: YamlNode | null): string[] {
  if (node?.kind === 'scalar') return [node.text.text];
  return node?.kind === 'list' ? node.items.flatMap(scalarsOf) : [];
}

/** So many names are told apart that a key may spell. */
const MAX_NAMES = 32;
/** No name of a secret is longer; nested patterns could spell endless ones. */
const LONGEST_NAME = 256;

/** The secrets that `secrets[key]` may name where the key comes from the matrix; empty where it does not. */
export function secretsByMatrix(key: Expr, job: Job): string[] {
  return (textsOf(key, job) ?? []).map((name) => name.toUpperCase());
}

/** The texts that an expression over the matrix can be: `matrix.x`, a literal, `format` of those; null where that is not known. */
function textsOf(expr: Expr, job: Job): string[] | null {
  if (expr.kind === 'literal') return typeof expr.value === 'string' ? [expr.value] : null;
  if (expr.kind === 'call') return expr.name.toLowerCase() === 'format' ? formatted(expr.args, job) : null;
  const path = contextPath(expr);
  if (!path?.startsWith('matrix.')) return null;
  const texts = matrixTexts(job, path.slice('matrix.'.length));
  return texts.length > 0 ? texts : null;
}

/** `format('{0}_TOKEN', matrix.target)`: each text of each argument in its place. */
function formatted([pattern, ...args]: readonly Expr[], job: Job): string[] | null {
  let texts = pattern ? textsOf(pattern, job) : null;
  for (const [index, arg] of args.entries()) {
    const values = textsOf(arg, job);
    if (!texts || !values || texts.length * values.length > MAX_NAMES) return null;
    texts = texts.flatMap((text) => values.map((value) => text.replaceAll(`{${index}}`, value)));
    if (texts.some((text) => text.length > LONGEST_NAME)) return null;
  }
  return texts;
}
