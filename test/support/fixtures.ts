import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Forge, forges } from '../../src/forge/forge.js';
import type { Finding } from '../../src/lint/finding.js';
import type { LintInput } from '../../src/lint/lint.js';
import { positionAt, type Source } from '../../src/text/source.js';

// Fixtures are workflows that say what is found in them:
//
//   # forge: gitea | forgejo | github      in the comment at the top; gitea where it is missing
//   # kind: action                         in the comment at the top; a workflow where it is missing
//   exit 0  # expect: RULE [on CONTEXT, CONTEXT] [secrets NAME, NAME]
//                                          a finding of the rule begins on this line; without `on` or
//                                          `secrets` any contexts or secrets will do, with them exactly these
//   # expect +2: RULE                      … begins two lines below (or above: -2), for places where a
//                                          comment would become part of a script
//   # ok: why                              nothing is found here, and why; for readers only
//   fixtures/callers/NAME/…                a whole repository: files that call one another, each with its own
//                                          markers, judged together at the paths that they have in it
//   # unsure: why                          the verdict above or below it was hard to read off; for readers only

/** One finding that a fixture promises. `null`: not promised. Contexts and secrets are sorted. */
export interface Expectation {
  /** 1-based line on which the finding begins. */
  readonly line: number;
  readonly rule: string;
  readonly contexts: readonly string[] | null;
  readonly secrets: readonly string[] | null;
}

export interface Fixture {
  /** The path below `fixtures/`, with `/`. */
  readonly name: string;
  readonly input: LintInput;
  readonly expectations: readonly Expectation[];
}

const root = fileURLToPath(new URL('../../fixtures/', import.meta.url));

const marker = /# *expect\b(.*)$/;
const expectation =
  /^ *([+-]\d+)?: ([a-z][a-z-]*)(?: on ([^ ,]+(?:, [^ ,]+)*))?(?: secrets ([^ ,]+(?:, [^ ,]+)*))?$/;

/** Every workflow and action below `fixtures/`, in order of their names. Throws on a marker it cannot read. */
export function readFixtures(): readonly Fixture[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(sep).join('/'))
    .filter((name) => name.endsWith('.yml') && !name.startsWith(`${repositories}/`))
    .sort()
    .map((name) => parseFixture(name, readFileSync(join(root, name), 'utf8')));
}

/** The folder of the fixtures that are repositories: a folder each, with files at the paths that they have there. */
const repositories = 'callers';

/** Every fixture that is a repository, by its name: its files, each judged as it says itself. */
export function readRepositories(): ReadonlyMap<string, readonly Fixture[]> {
  const found = new Map<string, Fixture[]>();
  const names = readdirSync(join(root, repositories), { recursive: true, encoding: 'utf8' });
  for (const name of names.map((one) => one.split(sep).join('/')).sort()) {
    if (!name.endsWith('.yml')) continue;
    const [repository = '', ...rest] = name.split('/');
    const path = `${repositories}/${name}`;
    const fixture = parseFixture(path, readFileSync(join(root, path), 'utf8'));
    const source = { ...fixture.input.source, path: rest.join('/') };
    const list = found.get(repository) ?? [];
    list.push({ ...fixture, input: { ...fixture.input, source } });
    found.set(repository, list);
  }
  return found;
}

/** One fixture by its path below `fixtures/`. */
export function readFixture(name: string): Fixture {
  return parseFixture(name, readFileSync(join(root, name), 'utf8'));
}

/** Reads the markers of a fixture's text. Throws on a marker it cannot read: a misspelt one promises nothing. */
export function parseFixture(name: string, text: string): Fixture {
  const header = headerOf(text);
  const forge = forgeOf(header.get('forge'), name);
  const kind = header.get('kind') ?? 'workflow';
  if (kind !== 'workflow' && kind !== 'action') {
    throw new Error(`fixtures/${name}: '# kind: ${kind}' is neither workflow nor action`);
  }
  const source: Source = { path: pathFor(name, forge, kind), text };
  return { name, input: { source, kind, forge }, expectations: expectationsOf(name, text) };
}

/** The keys of the comment lines at the top, such as `forge`. */
function headerOf(text: string): ReadonlyMap<string, string> {
  const header = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (!line.startsWith('#')) break;
    const [, key, value] = /^# (forge|kind): (.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) header.set(key, value.trim());
  }
  return header;
}

function forgeOf(name: string | undefined, fixture: string): Forge {
  if (name === undefined) return 'gitea';
  const forge = forges.find((known) => known === name);
  if (forge === undefined)
    throw new Error(`fixtures/${fixture}: '# forge: ${name}' is none of ${forges.join(', ')}`);
  return forge;
}

/** Where the file would lie in a repository. */
function pathFor(name: string, forge: Forge, kind: LintInput['kind']): string {
  const base = name.split('/').at(-1) ?? name;
  return kind === 'action'
    ? `.${forge}/actions/${base.slice(0, -4)}/action.yml`
    : `.${forge}/workflows/${base}`;
}

function expectationsOf(name: string, text: string): readonly Expectation[] {
  const found: Expectation[] = [];
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const written = marker.exec(line)?.[1];
    if (written === undefined) continue;
    const [, shift, rule, contexts, secrets] = expectation.exec(written.trimEnd()) ?? [];
    if (rule === undefined) {
      throw new Error(
        `fixtures/${name}:${index + 1}: expected '# expect: RULE [on CONTEXT, …] [secrets NAME, …]', found '# expect${written}'`,
      );
    }
    const at = index + 1 + Number(shift ?? 0);
    if (at < 1 || at > lines.length)
      throw new Error(`fixtures/${name}:${index + 1}: line ${at} is outside the file`);
    found.push({ line: at, rule, contexts: listOf(contexts), secrets: listOf(secrets) });
  }
  return found;
}

function listOf(text: string | undefined): readonly string[] | null {
  return text === undefined ? null : text.split(', ').sort();
}

/**
 * How the findings in a fixture differ from what it promises, a line for each difference; empty where they
 * agree. Notes are left out unless the fixture names their rule: whether a message is helpful, or a fork is
 * blocked, is not what these fixtures are about.
 */
export function differences(fixture: Fixture, findings: readonly Finding[]): readonly string[] {
  const named = new Set(fixture.expectations.map(({ rule }) => rule));
  const open = findings.filter(({ severity, rule }) => severity !== 'note' || named.has(rule));
  const result: string[] = [];
  for (const expected of fixture.expectations) {
    const index = open.findIndex(
      (finding) => finding.rule === expected.rule && lineOf(finding) === expected.line,
    );
    const [finding] = index < 0 ? [] : open.splice(index, 1);
    if (finding === undefined) result.push(`missed      ${describe(expected)}`);
    else result.push(...mismatches(expected, finding));
  }
  for (const finding of open) {
    const { rule, contexts, secrets } = finding;
    result.push(
      `unexpected  ${describe({ line: lineOf(finding), rule, contexts, secrets })} | ${finding.message}`,
    );
  }
  return result.map((line) => `fixtures/${fixture.name}  ${line}`);
}

function lineOf(finding: Finding): number {
  return positionAt(finding.span.source, finding.span.start).line;
}

function mismatches(expected: Expectation, finding: Finding): readonly string[] {
  const where = `line ${expected.line}: ${expected.rule}`;
  const result: string[] = [];
  for (const aspect of ['contexts', 'secrets'] as const) {
    const wanted = expected[aspect]?.join(', ');
    const got = [...finding[aspect]].sort().join(', ');
    if (wanted !== undefined && wanted !== got) {
      result.push(`wrong       ${where} | ${aspect}: expected ${wanted}, found ${got || 'none'}`);
    }
  }
  return result;
}

function describe(expected: Expectation): string {
  const on = expected.contexts === null ? '' : ` on ${expected.contexts.join(', ')}`;
  const secrets = expected.secrets === null ? '' : ` secrets ${expected.secrets.join(', ')}`;
  return `line ${expected.line}: ${expected.rule}${on}${secrets}`;
}
