import { readdirSync, readFileSync } from 'node:fs';
import { run } from '../../src/cli.js';
import { baselineName } from '../../src/config/baseline-file.js';
import { configName } from '../../src/config/load.js';
import type { Forge } from '../../src/forge/forge.js';
import { lintWithLanguages } from '../../src/lint/languages.js';
import type { OptionSchemas } from '../../src/lint/options.js';
import type { Schema } from '../../src/lint/schema.js';
import { noSettings } from '../../src/lint/settings.js';
import { memoryHost } from '../support/memory-host.js';

/** A fenced file of a page: a workflow, or a file that says how findings are to be treated. */
export interface Example {
  /** The path that its first line names. */
  readonly path: string;
  readonly text: string;
  /** What the file was in the base, from a fence whose first line ends with `(before)`; null for none. */
  readonly before: string | null;
  /** The workflows of the same section, where this is a configuration or a baseline. */
  readonly beside: readonly Example[];
}

/** The page of a rule, `rules/<id>/README.md`, taken apart. */
export interface RulePage {
  readonly id: string;
  readonly title: string;
  /** The one sentence below the title. */
  readonly summary: string;
  readonly severity: string;
  /** True where the rule runs in the preset strict alone: `Severity: error (preset strict)`. */
  readonly strict: boolean;
  readonly headings: readonly string[];
  /** What it says of its options. */
  readonly options: string;
  readonly path: URL;
  readonly bad: readonly Example[];
  readonly good: readonly Example[];
}

const rulesFolder = new URL('../../rules/', import.meta.url);

/** All rule pages, by id. */
export function rulePages(): RulePage[] {
  return readdirSync(rulesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => readPage(entry.name))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function readPage(id: string): RulePage {
  const path = new URL(`${id}/README.md`, rulesFolder);
  const text = readFileSync(path, 'utf8');
  const [intro = '', ...sections] = text.split(/^## /m);
  const [title = '', summary = '', severity = ''] = intro.split('\n\n').map((part) => part.trim());
  const body = (heading: string) => sections.find((section) => section.startsWith(`${heading}\n`)) ?? '';
  return {
    id,
    title,
    summary: summary.replaceAll('\n', ' '),
    severity: severity.replace(/^Severity: | \(preset strict\)$/g, ''),
    strict: severity.endsWith(' (preset strict)'),
    headings: sections.map((section) => section.split('\n', 1)[0] ?? ''),
    options: body('Options').slice('Options\n'.length).trim(),
    path,
    bad: examples(body('Bad')),
    good: examples(body('Good')),
  };
}

/**
 * The files in the `yaml` and `json` fences of a text. JSON has no comment to name its path in: it is a baseline. A
 * configuration or a baseline is an example together with the workflows around it, which are none by themselves then.
 */
export function examples(section: string): Example[] {
  const fences = [...section.matchAll(/^```(?:yaml|json)\n([\s\S]*?)^```$/gm)].map(([, text = '']) => {
    const [, named = '', before] = /^# (\S+)( \(before\))?\n/.exec(text) ?? [];
    return { path: text.startsWith('{') ? baselineName : named, text, isBefore: before !== undefined };
  });
  const found = fences
    .filter(({ isBefore }) => !isBefore)
    .map(({ path, text }) => ({
      path,
      text,
      before: fences.find((fence) => fence.isBefore && fence.path === path)?.text ?? null,
      beside: [],
    }));
  const isSetting = ({ path }: Example) => path === baselineName || path === configName;
  const settings = found.filter(isSetting);
  if (settings.length === 0) return found;
  const beside = found.filter((example) => !isSetting(example));
  return settings.map((example) => ({ ...example, beside }));
}

const forgeOfRoot: Readonly<Record<string, Forge>> = {
  '.gitea': 'gitea',
  '.forgejo': 'forgejo',
  '.github': 'github',
};

/** What is asked of a verdict on an example. */
export interface Verdict {
  readonly findings: readonly { readonly rule: string; readonly severity: string }[];
  readonly errors: readonly unknown[];
  readonly notJudged: readonly { readonly reason: string }[];
}

/** The verdict on an example, as its own forge would run it; `turnedOn`: a rule that runs in the preset strict alone. */
export async function lintExample(example: Example, turnedOn: string | null = null): Promise<Verdict> {
  if (example.beside.length > 0) return lintRepository([example, ...example.beside]);
  const { path, text, before } = example;
  const forge = forgeOfRoot[path.split('/', 1)[0] ?? ''];
  if (!forge)
    throw new Error(`the first line of an example names a path under a workflow root, found ${path}`);
  const options = new Map(turnedOn === null ? [] : [[turnedOn, {}]]);
  return lintWithLanguages([{ source: { path, text }, kind: 'workflow', forge }], {
    rules: null,
    forge: null,
    base: before === null ? null : { revision: 'main', files: new Map([[path, before]]) },
    settings: { ...noSettings, options },
  });
}

/** The verdict on a repository that consists of the files. */
async function lintRepository(files: readonly Example[]): Promise<Verdict> {
  const host = memoryHost({
    '/repo/.git/': '',
    ...Object.fromEntries(files.map(({ path, text }) => [`/repo/${path}`, text])),
  });
  await run(['--format', 'json'], host);
  if (host.err() !== '') throw new Error(host.err());
  return JSON.parse(host.out());
}

/** The table of a rule's options, as its page has it; options within options have rows of their own. */
export function optionTable(options: OptionSchemas): string {
  const rows = Object.entries(options).flatMap(([name, schema]) => optionRows(name, schema, false));
  return `\n| option | what it is | default |\n|---|---|---|\n${rows.join('')}`;
}

function optionRows(name: string, schema: Schema, isMandatory: boolean): string[] {
  const { description = '', default: byDefault } = schema;
  const choices = schema.enum ? `: ${schema.enum.join(', ')}` : '';
  const value = byDefault === undefined ? '' : `\`${JSON.stringify(byDefault)}\``;
  const cells = [`\`${name}\`${isMandatory ? ' (mandatory)' : ''}`, `${description}${choices}`, value];
  const below = Object.entries(schema.properties ?? schema.items?.properties ?? {});
  const prefix = schema.items ? `${name}[].` : `${name}.`;
  const required = schema.required ?? schema.items?.required ?? [];
  return [
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`,
    ...below.flatMap(([key, next]) => optionRows(`${prefix}${key}`, next, required.includes(key))),
  ];
}

/** What stands in a text between `<!-- name:start -->` and `<!-- name:end -->`. */
export function betweenMarkers(text: string, name: string): string {
  const [start, end] = markerPlaces(text, name);
  return text.slice(start, end);
}

/** The text with what stands between the two markers replaced. */
export function replaceBetweenMarkers(text: string, name: string, content: string): string {
  const [start, end] = markerPlaces(text, name);
  return text.slice(0, start) + content + text.slice(end);
}

function markerPlaces(text: string, name: string): [number, number] {
  const opening = `<!-- ${name}:start -->`;
  const start = text.indexOf(opening);
  const end = text.indexOf(`<!-- ${name}:end -->`, start);
  if (start < 0 || end < 0) throw new Error(`the text has no markers for ${name}`);
  return [start + opening.length, end];
}
