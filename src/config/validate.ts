import { Ajv, type ErrorObject } from 'ajv';
import type { ConfigProblem } from '../errors.js';
import type { YamlFile, YamlNode } from '../parse/yaml.js';
import { nearest } from '../text/nearest.js';
import type { Span } from '../text/source.js';
import { type Data, dataOf, keySpan, placeOf } from './data.js';
import type { Schema } from './schema.js';

/**
 * Holds a file against a schema: its value, which is of type `T` if the schema says what `T` says, or what is wrong
 * with it, each thing at its place.
 */
export function validated<T>(
  file: YamlFile,
  schema: Schema,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: ConfigProblem[] } {
  const validate = new Ajv({ allErrors: true, verbose: true, strict: true }).compile<T>(schema);
  const value = dataOf(file.root) ?? {};
  if (validate(value)) return { ok: true, value };
  const errors = validate.errors ?? [];
  const mistyped = new Set(
    errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath),
  );
  // Of a value of the wrong type nothing else is worth saying.
  const telling = errors.filter(
    ({ keyword, instancePath }) => keyword === 'type' || !mistyped.has(instancePath),
  );
  return { ok: false, problems: inOrder(telling.map((error) => problemOf(error, file))) };
}

function inOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return problems.toSorted((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
}

function problemOf(error: ErrorObject, { root, source }: YamlFile): ConfigProblem {
  const way = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { node, span } = placeOf(root, source, way);
  const schema: Schema = error.parentSchema ?? {};
  const expected = schema.description ?? 'something else';
  const found = dataOf(node);
  const at = (message: string, hint: string, where: Span = span): ConfigProblem => ({
    message,
    hint,
    span: where,
  });
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(String(error.params.additionalProperty), way, schema, node, span);
    case 'required': {
      const missing = String(error.params.missingProperty);
      return at(`'${missing}' is missing here`, `add it: ${schema.properties?.[missing]?.description ?? ''}`);
    }
    case 'enum': {
      const allowed = schema.enum ?? [];
      const meant = allowed.length > few ? expected : choicesOf(allowed);
      return at(`${shown(found)} cannot stand here: expected ${meant}`, hintOf(found, allowed));
    }
    case 'type': {
      const isNumber = typeof found === 'number' && schema.type === 'string';
      return at(
        `expected ${article(schema.type)}, found ${kindOf(found)}`,
        isNumber ? 'put it between quotes' : `this is ${expected}`,
      );
    }
    case 'const':
    case 'pattern':
      return at(`${shown(found)} cannot stand here`, `expected ${expected}`);
    case 'minItems':
    case 'minProperties':
      return at('this is empty', `expected ${expected}`);
    default:
      return at(`this ${error.message ?? 'cannot stand here'}`, `expected ${expected}`);
  }
}

function unknownKey(
  key: string,
  way: readonly string[],
  schema: Schema,
  node: YamlNode | null,
  span: Span,
): ConfigProblem {
  const parent = way.findLast((name) => !/^\d+$/.test(name));
  return {
    message: `unknown key '${key}'${parent === undefined ? '' : ` in ${parent}`}`,
    hint: hintOf(key, Object.keys(schema.properties ?? {})),
    span: keySpan(node, key) ?? span,
  };
}

function hintOf(found: Data, allowed: readonly string[]): string {
  if (typeof found === 'string') {
    const kinds = allowed.filter((word) => word.startsWith(`${found}:`));
    if (kinds.length > 0) return `did you mean ${choicesOf(kinds)}?`;
    const longer = found.length > 2 ? allowed.find((word) => word.startsWith(found)) : undefined;
    const near = longer ?? nearest(found, allowed);
    if (near) return `did you mean ${near}?`;
  }
  return `write ${allowed.length > few ? 'one of ' : ''}${choicesOf(allowed)}`;
}

function shown(value: Data): string {
  return typeof value === 'object' ? kindOf(value) : `'${String(value)}'`;
}

function kindOf(value: Data): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return `the text '${value}'`;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return `${value}`;
  return Array.isArray(value) ? 'a list' : 'a mapping';
}

function article(type: Schema['type']): string {
  switch (type) {
    case 'array':
      return 'a list';
    case 'object':
      return 'a mapping';
    case 'integer':
      return 'a number';
    case 'string':
    case undefined:
      return 'a text';
  }
}

/** So many words can be listed in the message itself. */
const few = 6;

function choicesOf(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
