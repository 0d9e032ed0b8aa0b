// `hardfail/testing`: tries a rule on small workflows. It is for the tests of rules and has no part in a run.

import type { Forge } from './forge/forge.js';
import type { Finding, Severity } from './lint/finding.js';
import { lintWithLanguages } from './lint/languages.js';
import type { RuleOptions } from './lint/options.js';
import { ruleProblem } from './lint/plugin.js';
import type { Rule } from './lint/rule.js';
import { noSettings } from './lint/settings.js';
import type { Repository, RepositoryFile } from './text/repository.js';
import { positionAt, type Source, spanText } from './text/source.js';

/** A file in which a rule finds nothing; a text alone is its code. */
export interface ValidCase {
  /** What the test is called; without it, after the first line of the code. */
  readonly name?: string;
  /** The whole text of the file. */
  readonly code: string;
  /** Where the file lies in its repository; it decides the forge. `.github/workflows/test.yml` where left out. */
  readonly path?: string;
  /** Judges it as this forge's, wherever it lies. */
  readonly forge?: Forge;
  /** `workflow` where left out. */
  readonly kind?: 'workflow' | 'action';
  /** What the configuration says to the rule. */
  readonly options?: RuleOptions;
  /** The text of the file in the revision that is compared with; null where it did not exist there. Without it there is none. */
  readonly base?: string | null;
  /** Other files of the repository, which the code may call, by their paths. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A file in which a rule finds something. */
export interface InvalidCase extends ValidCase {
  /** All that it finds there, in the order of the places. */
  readonly findings: readonly ExpectedFinding[];
}

/** What is expected of a finding; what is left out may be anything. */
export interface ExpectedFinding {
  readonly messageId: string;
  /** What its message is made from: the message has to be the one that this makes. */
  readonly data?: unknown;
  readonly message?: string;
  /** The text that it points at, exactly. */
  readonly at?: string;
  /** 1-based. */
  readonly line?: number;
  readonly column?: number;
  readonly severity?: Severity;
  readonly secrets?: readonly string[];
  readonly contexts?: readonly string[];
}

/** The functions of a test runner. Without them the cases run at once, one after the other. */
export interface Runner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

const expectedKeys: readonly (keyof ExpectedFinding)[] = [
  'messageId',
  'data',
  'message',
  'at',
  'line',
  'column',
  'severity',
  'secrets',
  'contexts',
];

/** Tries rules: `new RuleTester({ describe, it }).run(rule, { valid: […], invalid: […] })`. */
export class RuleTester {
  readonly #runner: Runner | null;

  /** `runner`: `describe` and `it` of vitest, of `node:test` or of another test runner. */
  constructor(runner: Runner | null = null) {
    this.#runner = runner;
  }

  /**
   * Tries a rule on all cases. With a runner each is a test of its own, and `run` returns at once; without one it rejects at the
   * first case that fails. Throws for a rule or for cases that test nothing.
   */
  async run(
    rule: Rule,
    {
      valid,
      invalid,
    }: { readonly valid: readonly (string | ValidCase)[]; readonly invalid: readonly InvalidCase[] },
  ): Promise<void> {
    const problem = ruleProblem(rule);
    if (problem !== null) throw new Error(`this is no rule: ${problem}`);
    if (valid.length === 0 || invalid.length === 0) {
      throw new Error(
        `${rule.meta.id} needs a case in which it finds nothing, and one in which it finds something`,
      );
    }
    const { id } = rule.meta;
    const tests = [
      ...valid.map((one) => test('valid', one, (code) => expectNothing(rule, code))),
      ...invalid.map((one) => test('invalid', one, () => expectFindings(rule, one))),
    ];
    const names = new Set<string>();
    for (const { name } of tests) {
      if (names.has(name)) throw new Error(`two cases are called "${name}": give one of them another name`);
      names.add(name);
    }
    const runner = this.#runner;
    if (runner) {
      runner.describe(id, () => {
        for (const { name, body } of tests) runner.it(name, body);
      });
      return;
    }
    for (const { name, body } of tests) {
      await body().catch((fault: unknown) => {
        throw new Error(`${id}, ${name}: ${fault instanceof Error ? fault.message : String(fault)}`, {
          cause: fault,
        });
      });
    }
  }
}

interface Test {
  readonly name: string;
  readonly body: () => Promise<void>;
}

function test(
  kind: 'valid' | 'invalid',
  given: string | ValidCase,
  run: (one: ValidCase) => Promise<void>,
): Test {
  const one = typeof given === 'string' ? { code: given } : given;
  const name = one.name ?? one.code.trim().replace(/\s+/g, ' ').slice(0, 80);
  return { name: `${kind}: ${name}`, body: () => run(one) };
}

async function expectNothing(rule: Rule, one: ValidCase): Promise<void> {
  const findings = await judged(rule, one);
  if (findings.length > 0) throw new Error(`expected no finding, found ${shown(findings)}`);
}

async function expectFindings(rule: Rule, one: InvalidCase): Promise<void> {
  const { findings: expected } = one;
  if (expected.length === 0) throw new Error('an invalid case has findings; without any it is a valid one');
  const found = await judged(rule, one);
  if (found.length !== expected.length) {
    throw new Error(
      `expected ${expected.length} of them, found ${found.length === 0 ? 'no finding' : shown(found)}`,
    );
  }
  for (const [index, want] of expected.entries()) {
    const finding = found[index];
    if (finding) compare(rule, want, finding, `finding ${index + 1}`);
  }
}

function compare({ messages }: Rule, want: ExpectedFinding, finding: Finding, whose: string): void {
  const unknown = Object.keys(want).find((key) => !expectedKeys.some((known) => known === key));
  if (unknown !== undefined)
    throw new Error(`${whose}: '${unknown}' is unknown, expected ${expectedKeys.join(', ')}`);
  const tell = messages[want.messageId];
  if (!tell) throw new Error(`${whose}: the rule has no message '${want.messageId}'`);
  const { line, column } = positionAt(finding.span.source, finding.span.start);
  const made = 'data' in want ? tell(want.data).message : undefined;
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['messageId', want.messageId, finding.messageId],
    ['message that the data makes', made, finding.message],
    ['message', want.message, finding.message],
    ['text that it points at', want.at, spanText(finding.span)],
    ['line', want.line, line],
    ['column', want.column, column],
    ['severity', want.severity, finding.severity],
    ['list of secrets', want.secrets, finding.secrets],
    ['list of contexts', want.contexts, finding.contexts],
  ];
  for (const [what, expected, found] of pairs) {
    if (expected === undefined || JSON.stringify(expected) === JSON.stringify(found)) continue;
    throw new Error(
      `${whose}: expected the ${what} ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`,
    );
  }
}

function shown(findings: readonly Finding[]): string {
  const lines = findings.map(({ messageId, message, span }) => {
    const { line, column } = positionAt(span.source, span.start);
    return `  ${line}:${column} ${messageId}: ${message}`;
  });
  return `${findings.length}:\n${lines.join('\n')}`;
}

/** What the rule finds, in the order of the places. Throws where the case cannot be judged. */
async function judged(rule: Rule, one: ValidCase): Promise<readonly Finding[]> {
  const { code, path = '.github/workflows/test.yml', kind = 'workflow', files = {}, options = {} } = one;
  const { optionsFault } = await import('./config/validate.js');
  const { base } = one;
  const fault = optionsFault(rule.meta.options ?? {}, options);
  if (fault !== null) throw new Error(`the options do not fit the rule: ${fault}`);
  const id = `tested/${rule.meta.id}`;
  const source = { path, text: code };
  const repository = repositoryOf({ ...files, [path]: code });
  const { findings, errors } = await lintWithLanguages([{ source, kind, forge: forgeAt(path), repository }], {
    rules: [id],
    forge: one.forge ?? null,
    neighbours: repository.files().map(({ shown }) => shown),
    base:
      base === undefined ? null : { revision: 'base', files: new Map(base === null ? [] : [[path, base]]) },
    settings: { ...noSettings, options: new Map([[id, options]]) },
    plugins: [{ from: rule.meta.id, name: 'tested', rules: [rule] }],
  });
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
  return findings.toSorted((a, b) => a.span.start - b.span.start);
}

function forgeAt(path: string): Forge | null {
  if (path.startsWith('.gitea/')) return 'gitea';
  if (path.startsWith('.forgejo/')) return 'forgejo';
  return path.startsWith('.github/') ? 'github' : null;
}

/** A repository of these files alone. */
function repositoryOf(files: Readonly<Record<string, string>>): Repository {
  const sources = new Map(
    Object.entries(files).map(([path, text]): [string, Source] => [path, { path, text }]),
  );
  const listed = [...sources.keys()].sort().flatMap((path): RepositoryFile[] => {
    const folder = path.split('/', 1)[0] ?? '';
    const isWorkflow = /^\.[a-z]+\/workflows\/[^/]+\.ya?ml$/.test(path);
    if (forgeAt(path) === null || !(isWorkflow || /\/action\.ya?ml$/.test(path))) return [];
    return [{ path, shown: path, folder, kind: isWorkflow ? 'workflow' : 'action' }];
  });
  return { read: (path) => sources.get(path) ?? null, refusal: () => null, files: () => listed };
}
