import process from 'node:process';
import { Alias, parseDocument, visit } from 'yaml';
import type { LintResult } from '../../src/lint/finding.js';
import { lint } from '../../src/lint/lint.js';
import { parseYaml, type YamlNode } from '../../src/parse/yaml.js';
import type { Renderer } from '../../src/report/options.js';
import type { Span } from '../../src/text/source.js';
import { plain } from '../report/results.js';
import { type Files, inputsOf } from './repository.js';

// What hardfail promises of any input at all, and how it breaks a promise.

/** The most processor time that the judgement of a file or two may take, in seconds. */
const mostSeconds = 2;

/**
 * How hardfail breaks its promises on these files, a line for each; empty where it keeps them: it does not throw,
 * takes no longer than two seconds, points into the files, has a report in every format, and says the same of the
 * same workflows written differently. The front-ends of all languages must have been loaded.
 */
export function brokenPromises(files: Files, renderers: readonly (readonly [string, Renderer])[]): string[] {
  const before = process.cpuUsage();
  const result = attempt(() => judge(files));
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  const broken = seconds > mostSeconds ? [`takes ${seconds.toFixed(1)} s`] : [];
  if (typeof result === 'string') return [...broken, `throws ${result}`];
  broken.push(...faultsOf(result), ...strayingSpans(result));
  for (const [name, render] of renderers) {
    const text = attempt(() => ({ text: render(result, { ...plain, showSuppressed: true }) }));
    if (typeof text === 'string') broken.push(`the ${name} report throws ${text}`);
  }
  for (const form of [inFlowForm, inBlockForm]) {
    const rewritten = attempt(() => rewrite(files, form));
    if (typeof rewritten === 'string') broken.push(`${form.name} throws ${rewritten}`);
    else if (rewritten !== null) broken.push(...changesOfVerdict(result, rewritten.files, form.name));
  }
  return broken;
}

function judge(files: Files): LintResult {
  return lint(inputsOf(files), { rules: null, forge: null, ignores: false });
}

function attempt<T extends object | null>(action: () => T): T | string {
  try {
    return action();
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function faultsOf(result: LintResult): string[] {
  return result.errors
    .filter(({ message }) => message.includes('a bug in hardfail'))
    .map(({ message }) => `a fault: ${message}`);
}

function strayingSpans(result: LintResult): string[] {
  const findings = [...result.findings, ...result.suppressed.map(({ finding }) => finding)];
  const spans: (readonly [string, Span])[] = [
    ...findings.map(({ rule, span }) => [rule, span] as const),
    ...findings.flatMap(({ rule, witness }) =>
      witness.map(({ span, text }) => [`${rule}: ${text}`, span] as const),
    ),
    ...result.notJudged.map(({ reason, span }) => [reason, span] as const),
    ...result.errors.flatMap(({ message, span }) => (span ? [[message, span] as const] : [])),
  ];
  return spans
    .filter(([, { source, start, end }]) => !(0 <= start && start <= end && end <= source.text.length))
    .map(([what, { source, start, end }]) => `a span of ${start} to ${end} in ${source.path}: ${what}`);
}

/** Rules about comments, which are not written again. */
const aboutComments: ReadonlySet<string> = new Set(['faulty-ignore']);

function changesOfVerdict(result: LintResult, rewritten: Files, form: string): string[] {
  const again = attempt(() => judge(rewritten));
  if (typeof again === 'string') return [`${form}: throws ${again}`];
  const [before, after] = [verdictOf(result), verdictOf(again)];
  const lost = before.filter((line) => !after.includes(line)).map((line) => `${form} loses ${line}`);
  const gained = after.filter((line) => !before.includes(line)).map((line) => `${form} adds ${line}`);
  return [...lost, ...gained];
}

/** What is said, without the places. */
function verdictOf({ findings, notJudged, errors }: LintResult): string[] {
  return [
    ...findings
      .filter(({ rule }) => !aboutComments.has(rule))
      .map(({ rule, messageId, severity, confidence, job, step, secrets, contexts, forge, span }) =>
        [
          ...[rule, messageId, severity, confidence, span.source.path, job, step?.index, forge],
          ...[[...secrets].sort(), [...contexts].sort()],
        ].join(' '),
      ),
    ...notJudged.map(({ job, step, reason, span }) =>
      ['not judged', span.source.path, job, step?.index, withoutPlaces(reason)].join(' '),
    ),
    ...errors.map(({ file, message }) => `error ${file} ${withoutPlaces(message)}`),
  ].sort();
}

function withoutPlaces(text: string): string {
  return text.replace(/\b(lines?|column) \d+( to \d+)?/g, '$1 N');
}

type Form = (text: string) => string | null;

/** The files with every workflow and action in another form; null where one of them has none. */
function rewrite(files: Files, form: Form): { files: Files } | null {
  const rewritten: [string, string][] = [];
  for (const [path, text] of Object.entries(files)) {
    if (!/\.ya?ml$/.test(path)) {
      rewritten.push([path, text]);
      continue;
    }
    const other = form(text);
    if (other === null) return null;
    rewritten.push([path, other]);
  }
  return { files: Object.fromEntries(rewritten) };
}

function parsed(text: string) {
  return parseYaml({ path: 'a.yml', text });
}

/**
 * As JSON, as far as YAML's numbers and nothings have a form there; null for a file that is broken, that names a node
 * twice, or that holds what JSON cannot. Throws where the form would be read as something else.
 */
function inFlowForm(text: string): string | null {
  const { root, problems } = parsed(text);
  if (problems.length > 0 || root === null || root.kind === 'scalar') return null;
  const flow = flowOf(root, new Set());
  if (flow === null) return null;
  const again = parsed(`${flow}\n`);
  if (again.problems.length > 0 || contentOf(again.root) !== contentOf(root)) {
    throw new Error(`the parser reads ${JSON.stringify(text)} and its flow form ${flow} differently`);
  }
  return `${flow}\n`;
}

function flowOf(node: YamlNode, seen: Set<YamlNode>): string | null {
  if (seen.has(node)) return null;
  seen.add(node);
  switch (node.kind) {
    case 'scalar':
      if (typeof node.value === 'string') return JSON.stringify(node.value);
      return node.text.text === '' ? null : node.text.text;
    case 'list': {
      const items = node.items.map((item) => item && flowOf(item, seen));
      return items.includes(null) ? null : `[${items.join(', ')}]`;
    }
    case 'map': {
      const pairs = node.pairs.map(({ key, value }) => {
        // Longer keys must be marked as such, and other keys than texts are read as texts.
        if (typeof key.value !== 'string' || key.value.length > 500) return null;
        const written = value === null ? '' : flowOf(value, seen);
        return written === null ? null : `${JSON.stringify(key.value)}: ${written}`;
      });
      return pairs.includes(null) ? null : `{${pairs.join(', ')}}`;
    }
  }
}

/** As the library writes what it has read; null for a file that it does not read like we do, or broken. */
function inBlockForm(text: string): string | null {
  const { root, problems } = parsed(text);
  if (problems.length > 0 || root === null) return null;
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0) return null;
  visit(document, (_, node) => {
    if (node instanceof Alias) return;
    if (typeof node === 'object' && node !== null && 'comment' in node) node.comment = null;
    if (typeof node === 'object' && node !== null && 'commentBefore' in node) node.commentBefore = null;
  });
  let written: string;
  try {
    written = document.toString({ lineWidth: 0, indent: 4 });
  } catch {
    return null;
  }
  const again = parsed(written);
  return again.problems.length === 0 && contentOf(again.root) === contentOf(root) ? written : null;
}

/** What a tree says, without the places and the styles. */
function contentOf(root: YamlNode | null): string {
  const told = (node: YamlNode | null): unknown => {
    if (node === null) return null;
    switch (node.kind) {
      case 'scalar':
        return { value: node.value, text: node.text.text };
      case 'list':
        return node.items.map(told);
      case 'map':
        return { pairs: node.pairs.map(({ key, value }) => [told(key), told(value)]) };
    }
  };
  return JSON.stringify(told(root));
}
