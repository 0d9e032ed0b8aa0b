import type { MappedText } from '../text/script.js';
import type { Source, Span } from '../text/source.js';

// parse/: text to trees. May not judge, read files, or know what a workflow is.

/** A YAML value with its place. Aliases are resolved: the same node object stands wherever it is named. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlScalar {
  readonly kind: 'scalar';
  /** The value by the YAML 1.2 core schema. */
  readonly value: string | number | boolean | null;
  /** The text as a string-typed key would get it (`1.10` stays `1.10`), with the way back to the file. */
  readonly text: MappedText;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
  /** The whole scalar as written, quotes and block header included. */
  readonly span: Span;
}

export interface YamlPair {
  readonly key: YamlScalar;
  /** null where nothing stands after the colon. */
  readonly value: YamlNode | null;
}

export interface YamlMap {
  readonly kind: 'map';
  /** In source order, merge keys (`<<`) already applied (an own key wins over a merged one). */
  readonly pairs: readonly YamlPair[];
  readonly span: Span;
}

export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly (YamlNode | null)[];
  readonly span: Span;
}

/** What is wrong with a file's YAML, and where. */
export interface YamlProblem {
  readonly span: Span;
  readonly message: string;
}

export interface YamlFile {
  readonly source: Source;
  /** null for an empty file, or for one that is too broken to have a tree. */
  readonly root: YamlNode | null;
  readonly problems: readonly YamlProblem[];
}
