import { Ajv, type ErrorObject } from 'ajv';
import type { ConfigProblem } from '../errors.js';
import type { OptionSchemas, RuleOptions } from '../lint/options.js';
import type { Schema } from '../lint/schema.js';
import type { YamlFile, YamlNode } from '../parse/yaml.js';
import { nearest } from '../text/nearest.js';
import type { Span } from '../text/source.js';
import { type Data, dataOf, keySpan, placeOf } from './data.js';

/** The value of a file, or what is wrong with it, each thing at its place. */
export type Validated<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: ConfigProblem[] };

/** Holds a file against a schema: its value is of type `T` if the schema says what `T` says. */
export function validated<T>(file: YamlFile, schema: Schema): Validated<T> {
  const validate = newAjv().compile<T>(schema);
  const value = dataOf(file.root) ?? {};
  if (validate(value)) return { ok: true, value };
  const errors = withoutOtherAlternatives(validate.errors ?? []);
  const mistyped = new Set(
    errors.filter(({ keyword }) => keyword === 'type').map(({ instancePath }) => instancePath),
  );
  // Of a value of the wrong type nothing else is worth saying.
  const telling = errors.filter(
    ({ keyword, instancePath }) => keyword === 'type' || !mistyped.has(instancePath),
  );
  return { ok: false, problems: inOrder(telling.map((error) => problemOf(error, file))) };
}

function newAjv(): Ajv {
  // Rules of plugins are matched by a pattern too, as long as not all plugins are known.
  return new Ajv({ allErrors: true, verbose: true, strict: true, allowMatchingProperties: true });
}

/** What is wrong with options that somebody gives a rule without a configuration; null where nothing is. */
export function optionsFault(schemas: OptionSchemas, options: RuleOptions): string | null {
  for (const [name, value] of Object.entries(options)) {
    const schema = schemas[name];
    if (!schema) return `there is no option '${name}'`;
    const validate = newAjv().compile(schema);
    if (!validate(value)) return `'${name}': ${validate.errors?.[0]?.message ?? 'it does not fit'}`;
  }
  return null;
}

/** What is wrong with the schemas of options that somebody else wrote; null where nothing is. */
export function schemaFault(options: OptionSchemas): string | null {
  for (const [name, schema] of Object.entries(options)) {
    try {
      const validate = newAjv().compile(schema);
      if (schema.default !== undefined && !validate(schema.default))
        return `the default of '${name}' does not fit it`;
    } catch (fault) {
      return `'${name}': ${fault instanceof Error ? fault.message : String(fault)}`;
    }
  }
  return null;
}

/**
 * Of alternatives only those count that are of the type that was found: what is wrong with them is told. Where there is none,
 * it is told that none fits, and nothing of any of them.
 */
function withoutOtherAlternatives(errors: readonly ErrorObject[]): ErrorObject[] {
  const dropped = new Set<ErrorObject>();
  for (const none of errors.filter(({ keyword }) => keyword === 'anyOf')) {
    const { instancePath: at, schemaPath } = none;
    const count: number = none.parentSchema?.anyOf?.length ?? 0;
    let fitting = 0;
    for (let index = 0; index < count; index++) {
      const way = `${schemaPath}/${index}/`;
      const own = errors.filter(
        (error) => error.schemaPath.startsWith(way) && isWithin(error.instancePath, at),
      );
      if (own.some((error) => error.keyword === 'type' && error.instancePath === at))
        for (const error of own) dropped.add(error);
      else fitting++;
    }
    if (fitting > 0) dropped.add(none);
  }
  return errors.filter((error) => !dropped.has(error));
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}/`);
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
      const meant = allowed.length > few ? expected : listed(allowed);
      return at(`${shown(found)} cannot stand here: expected ${meant}`, hintOf(found, allowed));
    }
    case 'anyOf': {
      const types = (schema.anyOf ?? []).map(({ type }) => article(type));
      return at(`expected ${listed(types)}, found ${kindOf(found)}`, `this is ${expected}`);
    }
    case 'type': {
      return at(
        `expected ${article(schema.type)}, found ${kindOf(found)}`,
        typeHint(found, schema, expected),
      );
    }
    case 'const':
    case 'pattern':
    case 'minimum':
    case 'maximum':
    case 'minLength':
      return at(`${shown(found)} cannot stand here`, `expected ${expected}`);
    case 'minItems':
    case 'minProperties':
      return at('this is empty', `expected ${expected}`);
    case 'maxProperties':
      return at('there is too much here', `expected ${expected}`);
    case 'uniqueItems':
      return at('the same stands here twice', 'remove one of the two');
    default:
      return at(`this ${error.message ?? 'cannot stand here'}`, `expected ${expected}`);
  }
}

function typeHint(found: Data, { type, enum: words }: Schema, expected: string): string {
  if (typeof found === 'number' && type === 'string') return 'put it between quotes';
  if (words && typeof found === 'object' && found !== null && !Array.isArray(found))
    return `write ${listed(words)}`;
  return `this is ${expected}`;
}

function unknownKey(
  key: string,
  way: readonly string[],
  schema: Schema,
  node: YamlNode | null,
  span: Span,
): ConfigProblem {
  const parent = way.findLast((name) => !/^\d+$/.test(name));
  const ofPlugin =
    parent === 'rules' &&
    key.includes('/') &&
    !Object.keys(schema.properties ?? {}).some((one) => one.includes('/'));
  return {
    message: `unknown key '${key}'${parent === undefined ? '' : ` in ${parent}`}`,
    hint: ofPlugin
      ? 'name the plugin whose rule it is in plugins'
      : hintOf(key, Object.keys(schema.properties ?? {})),
    span: keySpan(node, key) ?? span,
  };
}

function hintOf(found: Data, allowed: readonly string[]): string {
  if (typeof found === 'string') {
    const kinds = allowed.filter((word) => word.startsWith(`${found}:`));
    if (kinds.length > 0) return `did you mean ${listed(kinds)}?`;
    const longer = found.length > 2 ? allowed.find((word) => word.startsWith(found)) : undefined;
    const near = longer ?? nearest(found, allowed);
    if (near) return `did you mean ${near}?`;
  }
  return `write ${allowed.length > few ? 'one of ' : ''}${listed(allowed)}`;
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
    case 'boolean':
      return 'true or false';
    case 'string':
    case undefined:
      return 'a text';
  }
}

/** So many words can be listed in the message itself. */
const few = 6;

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
