import type { Job } from '../model/model.js';
import type { YamlMap, YamlNode } from '../parse/yaml.js';
import { booleanDatum, type Datum, stringDatum } from './expressions.js';
import { hole } from './values.js';

/** A matrix with more values under one key has too many to be told apart. */
const MAX_VALUES = 16;

type Plain = string | number | boolean | null;

/**
 * What `matrix.<keys>` can be, where the file lists its values; null where an expression makes the matrix, or there are
 * too many. Legs are not told apart: two keys may be taken to have values that no leg has together.
 */
export function matrixDatum(job: Job, keys: readonly string[]): Datum | null {
  const matrix = job.strategy?.kind === 'map' ? entryOf(job.strategy, 'matrix') : null;
  if (matrix?.kind !== 'map' || keys.length === 0 || keys.includes('*')) return null;
  const values = new Set<Plain>();
  const vectors = matrix.pairs.filter(({ key }) => !['include', 'exclude'].includes(nameOf(key.text.text)));
  for (const { key, value } of vectors) {
    if (nameOf(key.text.text) !== keys[0]) continue;
    if (value?.kind !== 'list' || !addAll(value.items, keys.slice(1), values)) return null;
  }
  const isVector = values.size > 0;
  const included = entryOf(matrix, 'include');
  if (included && (included.kind !== 'list' || !addIncluded(included.items, keys, values))) return null;
  // A leg that no entry below `include` gives the key has none.
  if (!isVector && vectors.length > 0) values.add(null);
  return values.size === 0 || values.size > MAX_VALUES
    ? null
    : datumOf([...values], [`${job.id}:matrix`, ...keys].join('.'));
}

function nameOf(key: string): string {
  return key.toLowerCase();
}

function entryOf(map: YamlMap, key: string): YamlNode | null {
  return map.pairs.find((pair) => nameOf(pair.key.text.text) === key)?.value ?? null;
}

function addIncluded(
  items: readonly (YamlNode | null)[],
  keys: readonly string[],
  into: Set<Plain>,
): boolean {
  return items.every((item) => item?.kind === 'map' && add(item, keys, into));
}

function addAll(items: readonly (YamlNode | null)[], keys: readonly string[], into: Set<Plain>): boolean {
  return items.every((item) => add(item, keys, into));
}

/** Adds what stands at the end of the keys; false where that is no plain text. */
function add(node: YamlNode | null, keys: readonly string[], into: Set<Plain>): boolean {
  let at = node;
  for (const key of keys) at = at?.kind === 'map' ? entryOf(at, key) : null;
  if (at !== null && at.kind !== 'scalar') return false;
  if (at?.text.text.includes('${{')) return false;
  into.add(at?.value ?? null);
  return true;
}

function datumOf(values: readonly Plain[], id: string): Datum {
  const [only, ...more] = values;
  if (values.every((value) => typeof value === 'boolean')) {
    if (more.length === 0) return booleanDatum(only === true);
    return booleanDatum({ answer: 'unknown', fact: `${id} is true`, negated: false, pins: null });
  }
  const among = values.map((value) => (value === null ? '' : String(value)));
  return stringDatum({ pieces: [hole(id, { among, nonEmpty: !among.includes('') })], lacks: [] });
}
