/**
 * A JSON Schema (draft 7), as far as the configuration and the options of rules need one: what is not here has no words
 * of its own in the messages and the tables of the documentation that are made from it.
 */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  /** For editors and for error messages: completes "expected …". */
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Of properties that cannot be listed, by patterns of their names. */
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly uniqueItems?: true;
  readonly enum?: readonly string[];
  readonly const?: number;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Alternatives, each of a type of its own. */
  readonly anyOf?: readonly Schema[];
  /** What holds where nothing is said: of an option of a rule. */
  readonly default?: unknown;
}
