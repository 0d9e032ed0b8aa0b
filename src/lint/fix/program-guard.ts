import type { Step, Template } from '../../model/model.js';
import { type LoadedLanguage, loweringOf } from '../../program/lower/languages.js';
import type { StatementPlace } from '../../program/lower/places.js';
import type { MappedText } from '../../text/script.js';
import type { Span } from '../../text/source.js';
import { rawText, scriptLanguage } from '../words.js';
import { bindingOf, environments, isSame, variableOf } from './bindings.js';
import { fileEdits, offsetInText, type ScriptEdit, type ScriptPlace } from './script-text.js';
import { told } from './shell-lines.js';
import { forkVariableOf, holds, type Mend, type Scope } from './subject.js';

/** A program with the statements around a place of it. */
interface Target extends Scope {
  readonly step: Step;
  readonly place: ScriptPlace;
  readonly language: LoadedLanguage;
  readonly reader: string | null;
  readonly around: readonly StatementPlace[];
}

/**
 * The ways to mend a guard in a program that is no shell script, the best first: what leaves it for want of the secret
 * fails, or a test of its own stands in front. Pull requests of forks keep the author's way.
 */
export function programMends(scope: Scope): Mend[] {
  const mends: Mend[] = [];
  for (const span of [scope.hole.span, ...scope.hole.tests.toReversed()]) {
    const target = targetAt(scope, span);
    if (!target) continue;
    for (const mend of [span === scope.hole.span ? leavingMended(target) : null, frontMended(target)])
      if (mend) mends.push(mend);
  }
  return mends;
}

function targetAt(scope: Scope, span: Span): Target | null {
  const { step } = scope.hole;
  const place = step && placeOf(step, span);
  const language = place && languageOf(scope, span);
  if (!place || !language) return null;
  const at = offsetInText(place.text, span.start);
  const found = at < 0 ? null : loweringOf(language)?.places?.(place.text, at);
  return found ? { ...scope, step, place, ...found } : null;
}

/** The program that a place stands in: a called file, or the script of the step, where the runner pastes nothing into it. */
function placeOf(step: Step, span: Span): ScriptPlace | null {
  const { source } = span;
  const own = step.run ?? githubScriptOf(step);
  if (own && holds(own.scalar.span, span)) {
    const isPlain = own.parts.every(({ kind }) => kind === 'text');
    return isPlain ? { text: own.scalar.text, scalar: own.scalar } : null;
  }
  if (source.path === step.headSpan.source.path) return null;
  const text: MappedText = { source, text: source.text, offsetOf: (index: number) => index };
  return { text, scalar: null };
}

/** What a step of `actions/github-script` runs: the body of a function that is given `core` and others. */
function githubScriptOf({ uses, with: inputs }: Step): Template | null {
  if (!/^actions\/github-script@/i.test(rawText(uses) ?? '')) return null;
  return inputs.find(({ name }) => name.toLowerCase() === 'script')?.value ?? null;
}

function dialectOf({ step, language, place }: Target): Dialect {
  return githubScriptOf(step)?.scalar === place.scalar && place.scalar ? githubScript : dialects[language];
}

function languageOf({ hole }: Scope, span: Span): LoadedLanguage | null {
  const { step, job } = hole;
  const language = scriptLanguage({ span, step, job });
  return language === 'shell' ? null : language;
}

/** How a language fails, and asks for a variable. The lines stand for themselves, one statement each. */
interface Dialect {
  readonly step: string;
  says(text: string): string;
  readonly fails: string;
  /** True where the variable is empty or not there. */
  lacks(name: string, reader: string | null): string | null;
  isNotTrue(name: string, reader: string | null): string | null;
  readonly words: { readonly and: string; readonly or: string };
  /** A statement that runs the lines where the test is true; they are indented already. */
  when(test: string, lines: readonly string[]): readonly string[];
  /** The lines as one statement, on one line. */
  inline(lines: readonly string[]): string;
}

const dialects: Readonly<Record<LoadedLanguage, Dialect>> = {
  python: {
    step: '    ',
    says: (text) => `print(${JSON.stringify(text)})`,
    fails: 'raise SystemExit(1)',
    lacks: (name, reader) => reader && `not ${reader}("${name}")`,
    isNotTrue: (name, reader) => reader && `${reader}("${name}") != "true"`,
    words: { and: 'and', or: 'or' },
    when: (test, lines) => [`if ${test}:`, ...lines],
    inline: (lines) => lines.join('; '),
  },
  javascript: {
    step: '  ',
    says: (text) => `console.log(${JSON.stringify(text)});`,
    fails: 'process.exit(1);',
    lacks: (name) => `!process.env.${name}`,
    isNotTrue: (name) => `process.env.${name} !== 'true'`,
    words: { and: '&&', or: '||' },
    when: (test, lines) => [`if (${test}) {`, ...lines, '}'],
    inline: (lines) => `{ ${lines.join(' ')} }`,
  },
  powershell: {
    step: '  ',
    says: (text) => `Write-Host ${JSON.stringify(text)}`,
    fails: 'exit 1',
    lacks: (name) => `-not $env:${name}`,
    isNotTrue: (name) => `$env:${name} -ne 'true'`,
    words: { and: '-and', or: '-or' },
    when: (test, lines) => [`if (${test}) {`, ...lines, '}'],
    inline: (lines) => lines.join('; '),
  },
};

/** The function is left as it is anywhere else in it: what is told fails the step by itself. */
const githubScript: Dialect = {
  ...dialects.javascript,
  says: (text) => `core.setFailed(${JSON.stringify(text.replace(/^::error::/, ''))});`,
  fails: 'return;',
};

/** What leaves the program, or the function, for want of the secret and for nothing else, fails. */
function leavingMended(target: Target): Mend | null {
  const { around, place, reader } = target;
  const [leave] = around;
  const secret = leave?.leaves && leave.wants !== null ? secretIn(target, leave.wants) : null;
  if (!leave || secret === null) return null;
  const fork = forkVariableOf({ ...target, job: target.hole.job });
  if (fork === 'not-covered') return null;
  const dialect = dialectOf(target);
  const said = [dialect.says(told([secret])), dialect.fails];
  if (!fork) {
    if (leave.listed && indentOf(place.text, leave) !== null) {
      return finished(target, [
        ...lines(target, leave, said.slice(0, 1)),
        { start: leave.start, end: leave.end, text: dialect.fails },
      ]);
    }
    return finished(target, [{ start: leave.start, end: leave.end, text: dialect.inline(said) }]);
  }
  const trusted = dialect.isNotTrue(fork.name, reader);
  if (trusted === null || !leave.listed || indentOf(place.text, leave) === null) return null;
  const mend = finished(target, lines(target, leave, conditional(dialect, trusted, said)));
  return mend && fork.edit ? { edits: [...mend.edits, fork.edit] } : mend;
}

/** A test of its own in front of the nearest statement that begins its line. */
function frontMended(target: Target): Mend | null {
  const { around, hole, reader, file, step } = target;
  const statement = around.find((one) => one.listed && indentOf(target.place.text, one) !== null);
  const maps = environments(file, hole.job, step);
  const names = hole.secrets.map((secret) => variableOf(secret, maps));
  const dialect = dialectOf(target);
  const tests = names.map((name) => (name === null ? null : dialect.lacks(name, reader)));
  const fork = forkVariableOf({ ...target, job: hole.job });
  const trusted = fork && fork !== 'not-covered' ? dialect.isNotTrue(fork.name, reader) : null;
  if (!statement || fork === 'not-covered' || (fork && trusted === null)) return null;
  const asked = tests.filter((test) => test !== null);
  if (asked.length < tests.length || asked.length === 0) return null;
  const { and, or } = dialect.words;
  const joined = asked.join(hole.together ? ` ${and} ` : ` ${or} `);
  const missing = trusted !== null && asked.length > 1 && !hole.together ? `(${joined})` : joined;
  const test = trusted === null ? missing : `${missing} ${and} ${trusted}`;
  const said = [dialect.says(told(hole.secrets)), dialect.fails];
  const mend = finished(target, lines(target, statement, conditional(dialect, test, said)));
  return mend && fork?.edit ? { edits: [...mend.edits, fork.edit] } : mend;
}

function conditional(dialect: Dialect, test: string, said: readonly string[]): readonly string[] {
  return dialect.when(
    test,
    said.map((line) => `\t${line}`),
  );
}

/** The secret of the hole that a variable holds. */
function secretIn({ hole, file, step }: Target, variable: string): string | null {
  const binding = bindingOf(variable, environments(file, hole.job, step));
  if (binding?.kind !== 'value' || (hole.together && hole.secrets.length > 1)) return null;
  return hole.secrets.find((name) => isSame(name, binding.secret)) ?? null;
}

/** Whole lines in front of a statement, indented as it is. A tab stands for one step more. */
function lines(
  { place, language }: Target,
  statement: StatementPlace,
  added: readonly string[],
): ScriptEdit[] {
  const indent = indentOf(place.text, statement) ?? '';
  const step = indent.startsWith('\t') ? '\t' : dialects[language].step;
  const text = added.map((line) => `${line.replace(/^\t/, step)}\n${indent}`).join('');
  return [{ start: statement.start, end: statement.start, text }];
}

/** The blanks in front of a statement; null where other text is. */
function indentOf({ text }: MappedText, { start }: StatementPlace): string | null {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return before.trim() === '' ? before : null;
}

function finished({ place }: Target, edits: readonly ScriptEdit[]): Mend | null {
  const written = fileEdits(place, edits);
  return written && { edits: written };
}
