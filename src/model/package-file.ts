import { parseYaml, type YamlMap, type YamlNode } from '../parse/yaml.js';
import type { MappedText } from '../text/script.js';
import type { Source, Span } from '../text/source.js';

/** One of the scripts of a `package.json`. */
export interface PackageScript {
  /** The shell text, with the way back to the file through the escapes of JSON. */
  readonly text: MappedText;
  /** Where it stands, quotes included. */
  readonly span: Span;
}

/** What running scripts needs to know of a `package.json`. */
export interface PackageFile {
  readonly source: Source;
  readonly name: string | null;
  readonly scripts: ReadonlyMap<string, PackageScript>;
  /** The directories of the packages of its workspace, as written: `packages/*`. */
  readonly workspaces: readonly string[];
  /** `packageManager`, such as `pnpm@9.1.0`. */
  readonly packageManager: string | null;
}

const known = new WeakMap<Source, PackageFile | null>();

/** Reads a `package.json`, once; null where it is not JSON. JSON is YAML, whose parser knows where things stand. */
export function packageFileOf(source: Source): PackageFile | null {
  const before = known.get(source);
  if (before !== undefined) return before;
  const file = readPackageFile(source);
  known.set(source, file);
  return file;
}

function readPackageFile(source: Source): PackageFile | null {
  const { root, problems } = parseYaml(source);
  if (problems.length > 0 || root?.kind !== 'map') return null;
  const workspaces = childOf(root, 'workspaces');
  const packages = workspaces?.kind === 'map' ? childOf(workspaces, 'packages') : workspaces;
  return {
    source,
    name: textAt(root, 'name'),
    scripts: scriptsOf(childOf(root, 'scripts')),
    workspaces: listedTexts(packages),
    packageManager: textAt(root, 'packageManager'),
  };
}

function scriptsOf(node: YamlNode | null): ReadonlyMap<string, PackageScript> {
  const scripts = new Map<string, PackageScript>();
  for (const { key, value } of node?.kind === 'map' ? node.pairs : []) {
    if (value?.kind !== 'scalar' || value.style !== 'double') continue;
    scripts.set(key.text.text, { text: value.text, span: value.span });
  }
  return scripts;
}

/** The directories that `pnpm-workspace.yaml` lists. */
export function listedPackages(source: Source): readonly string[] {
  const { root } = parseYaml(source);
  return root?.kind === 'map' ? listedTexts(childOf(root, 'packages')) : [];
}

function childOf(map: YamlMap, name: string): YamlNode | null {
  // Of keys that stand there twice JSON takes the last.
  return map.pairs.findLast(({ key }) => key.text.text === name)?.value ?? null;
}

function textAt(map: YamlMap, name: string): string | null {
  const value = childOf(map, name);
  return value?.kind === 'scalar' ? value.text.text : null;
}

function listedTexts(node: YamlNode | null): readonly string[] {
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) => (item?.kind === 'scalar' ? [item.text.text] : []));
}
