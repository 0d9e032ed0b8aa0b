import { fitsPattern } from '../text/path-pattern.js';
import type { Schema } from './schema.js';
import type { Settings } from './settings.js';

/**
 * The options that the configuration may give a rule, by name. Each has a type and a description, which the documentation
 * and the messages of the configuration show; one with a `default` always has a value.
 */
export type OptionSchemas = Readonly<Record<string, Schema>>;

/** The options of a rule with their values; those are known to fit its schemas. */
export type RuleOptions = Readonly<Record<string, unknown>>;

/** The type of the values that a schema lets through. */
export type ValueOf<S> = S extends { readonly enum: readonly (infer Choice)[] }
  ? Choice
  : S extends { readonly type: 'string' }
    ? string
    : S extends { readonly type: 'integer' }
      ? number
      : S extends { readonly type: 'boolean' }
        ? boolean
        : S extends { readonly type: 'array'; readonly items: infer Item }
          ? readonly ValueOf<Item>[]
          : S extends { readonly type: 'object'; readonly properties: infer Properties }
            ? ObjectOf<Properties, S extends { readonly required: readonly (infer Key)[] } ? Key : never>
            : unknown;

type ObjectOf<Properties, Required> = {
  readonly [Key in keyof Properties & Required]: ValueOf<Properties[Key]>;
} & {
  readonly [Key in Exclude<keyof Properties, Required>]?: ValueOf<Properties[Key]> | undefined;
};

/** What `context.options` is in a rule that declares such options: one without a default may be undefined. */
export type OptionsOf<Schemas> = {
  readonly [Name in keyof Schemas]:
    | ValueOf<Schemas[Name]>
    | (Schemas[Name] extends { readonly default: unknown } ? never : undefined);
};

/** Who may be asked for options: a rule's own words. */
export interface Optioned {
  readonly id: string;
  readonly options?: OptionSchemas;
}

/** What a rule's options are where nobody says anything. */
function defaultOptions({ options = {} }: Optioned): RuleOptions {
  return Object.fromEntries(Object.entries(options).map(([name, schema]) => [name, schema.default]));
}

/**
 * A rule's options in one file: its defaults, then what the settings say, then what each override says that fits the file, in
 * their order; what is said of one option leaves the others alone. The path is relative to the top of the repository.
 */
export function optionsIn(settings: Settings, rule: Optioned, path: string): RuleOptions {
  const overrides = settings.overrides.filter(
    ({ files, options }) => options?.has(rule.id) && files.some((pattern) => fitsPattern(path, pattern)),
  );
  const said = [settings, ...overrides].flatMap(({ options }) => options?.get(rule.id) ?? []);
  return Object.assign(defaultOptions(rule), ...said);
}

const keywords: ReadonlySet<string> = new Set<keyof Schema>([
  'description',
  'type',
  'properties',
  'required',
  'additionalProperties',
  'minProperties',
  'maxProperties',
  'items',
  'minItems',
  'uniqueItems',
  'enum',
  'const',
  'pattern',
  'minLength',
  'minimum',
  'maximum',
  'anyOf',
  'default',
]);

/**
 * What is wrong with schemas that somebody else wrote, so that the configuration, its messages and the tables of the
 * documentation can rely on them; null where nothing is. Whether they are sound otherwise, the validator says.
 */
export function optionProblem(schemas: Readonly<Record<string, unknown>>): string | null {
  for (const [name, schema] of Object.entries(schemas)) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
      return `'${name}' is no name of lower-case words with hyphens`;
    if (name === 'severity') return "the name 'severity' is taken";
    const problem = schemaProblem(schema, name);
    if (problem !== null) return problem;
  }
  return null;
}

function schemaProblem(schema: unknown, way: string): string | null {
  if (typeof schema !== 'object' || schema === null) return `'${way}' has no schema`;
  const unknown = Object.keys(schema).find((key) => !keywords.has(key));
  if (unknown !== undefined)
    return `'${way}' has the keyword '${unknown}', expected ${[...keywords].join(', ')}`;
  if (!('description' in schema) || typeof schema.description !== 'string')
    return `'${way}' has no description`;
  if (!('type' in schema) && !('anyOf' in schema)) return `'${way}' has no type`;
  const below: [string, unknown][] = [];
  if ('properties' in schema && typeof schema.properties === 'object')
    for (const [key, next] of Object.entries(schema.properties ?? {})) below.push([`${way}.${key}`, next]);
  if ('items' in schema) below.push([`${way}[]`, schema.items]);
  if ('anyOf' in schema && Array.isArray(schema.anyOf))
    for (const next of schema.anyOf) below.push([way, next]);
  for (const [path, next] of below) {
    const problem = schemaProblem(next, path);
    if (problem !== null) return problem;
  }
  return null;
}
