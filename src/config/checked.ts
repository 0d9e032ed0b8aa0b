import type { Schema } from '../lint/schema.js';
import type { YamlFile } from '../parse/yaml.js';
import type { Fits } from './compiled.js';
import { dataOf } from './data.js';
import type { Validated } from './validate.js';

/**
 * Holds a file against a schema, as `validated` does. `fits`: a validator of the same schema, where there is one; then
 * only a file that does not fit pays for finding out what is wrong with it.
 */
export async function checked<T>(file: YamlFile, schema: Schema, fits: Fits | null): Promise<Validated<T>> {
  const value = dataOf(file.root) ?? {};
  if (fits?.<T>(value)) return { ok: true, value };
  const { validated } = await import('./validate.js');
  return validated<T>(file, schema);
}
