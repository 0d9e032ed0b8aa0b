import type { Forge } from '../../src/forge/forge.js';
import type { Finding, LintResult } from '../../src/lint/finding.js';
import { type LintInput, type LintOptions, lint } from '../../src/lint/lint.js';
import type { Repository, RepositoryFile } from '../../src/text/repository.js';
import { positionAt, type Source } from '../../src/text/source.js';

/** The files of a small repository, by their paths. */
export type Files = Readonly<Record<string, string>>;

const root = /^\.(gitea|forgejo|github)\//;

function kindOf(path: string): 'workflow' | 'action' | null {
  if (/\/workflows\/[^/]+\.ya?ml$/.test(path)) return 'workflow';
  return /(^|\/)action\.ya?ml$/.test(path) ? 'action' : null;
}

/** A repository in memory, and the paths that were read of it. */
export function repositoryOf(files: Files): { repository: Repository; asked: string[] } {
  const sources = new Map(
    Object.entries(files).map(([path, text]): [string, Source] => [path, { path, text }]),
  );
  const asked: string[] = [];
  const listed = Object.keys(files)
    .sort()
    .flatMap((path): RepositoryFile[] => {
      const kind = kindOf(path);
      const folder = root.exec(path)?.[1];
      return kind && folder !== undefined ? [{ path, shown: path, kind, folder: `.${folder}` }] : [];
    });
  const read = (path: string) => {
    asked.push(path);
    return sources.get(path) ?? null;
  };
  return { repository: { read, refusal: () => null, files: () => listed }, asked };
}

/** The named files of a repository as inputs; without names all that lie in the folders of the forges. */
export function inputsOf(files: Files, named: readonly string[] | null = null): LintInput[] {
  const { repository } = repositoryOf(files);
  const paths = named ?? repository.files().map(({ path }) => path);
  return paths.map((path): LintInput => {
    const forge = root.exec(path)?.[1];
    const text = files[path];
    if (text === undefined) throw new Error(`there is no ${path} in the repository of the test`);
    return {
      source: { path, text },
      kind: kindOf(path) ?? 'workflow',
      forge: forge === 'gitea' || forge === 'forgejo' || forge === 'github' ? (forge satisfies Forge) : null,
      repository,
    };
  });
}

/** Lints the named files of a repository; without names all that lie in the folders of the forges. */
export function lintRepository(
  files: Files,
  named: readonly string[] | null = null,
  options: Partial<LintOptions> = {},
): LintResult {
  return lint(inputsOf(files, named), { rules: null, forge: null, ...options });
}

/** `rule path:line`, for a finding or one of the places in its witness. */
export function placeOf({ span }: Pick<Finding, 'span'>): string {
  return `${span.source.path}:${positionAt(span.source, span.start).line}`;
}

/** The findings that are no notes, as `rule path:line SECRET,SECRET`. */
export function told({ findings }: LintResult): string[] {
  return findings
    .filter(({ severity }) => severity !== 'note')
    .map((finding) => `${finding.rule} ${placeOf(finding)} ${[...finding.secrets].sort().join()}`);
}
