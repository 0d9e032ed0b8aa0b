import { buildAction, buildWorkflow } from '../model/build.js';
import type { Action, Workflow } from '../model/model.js';
import { parseYaml } from '../parse/yaml.js';
import type { Source } from '../text/source.js';

/** The inputs as they stood in another revision, with which some rules compare. */
export interface Base {
  /** What that revision is called in messages: `origin/main`. */
  readonly revision: string;
  /** The texts by the paths of the inputs as shown; an input that is not in it did not exist then. */
  readonly files: ReadonlyMap<string, string>;
}

/** One file as it stood in the base. */
export type BaseFile =
  /** Nobody says which revision to compare with. */
  | { readonly kind: 'not-given' }
  /** It did not exist there. */
  | { readonly kind: 'absent'; readonly revision: string }
  /** Its YAML was broken there, so that its tree would be a guess. */
  | { readonly kind: 'broken'; readonly revision: string }
  | { readonly kind: 'read'; readonly revision: string; readonly file: Workflow | Action };

/** The file of a source in the base, read as what the source is. */
export function baseFileOf(source: Source, isWorkflow: boolean, base: Base | null): BaseFile {
  if (!base) return { kind: 'not-given' };
  const { revision } = base;
  const text = base.files.get(source.path);
  if (text === undefined) return { kind: 'absent', revision };
  const tree = parseYaml({ path: source.path, text });
  if (tree.problems.length > 0) return { kind: 'broken', revision };
  return { kind: 'read', revision, file: isWorkflow ? buildWorkflow(tree) : buildAction(tree) };
}
