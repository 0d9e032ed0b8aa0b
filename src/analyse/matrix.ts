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

/** The secrets that `secrets[key]` may name where the key comes from the matrix; empty where it does not. */
export function secretsByMatrix(key: Expr, job: Job): string[] {
  const path = contextPath(key);
  if (!path?.startsWith('matrix.')) return [];
  return matrixTexts(job, path.slice('matrix.'.length)).map((name) => name.toUpperCase());
}
