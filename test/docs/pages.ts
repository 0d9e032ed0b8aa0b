import { readdirSync, readFileSync } from 'node:fs';
import type { Forge } from '../../src/forge/forge.js';
import type { LintResult } from '../../src/lint/finding.js';
import { lint } from '../../src/lint/lint.js';

/** A fenced workflow of a page. */
export interface Example {
  /** The path that its first line names. */
  readonly path: string;
  readonly text: string;
}

/** The page of a rule, `rules/<id>/README.md`, taken apart. */
export interface RulePage {
  readonly id: string;
  readonly title: string;
  /** The one sentence below the title. */
  readonly summary: string;
  readonly severity: string;
  readonly headings: readonly string[];
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
  const text = readFileSync(new URL(`${id}/README.md`, rulesFolder), 'utf8');
  const [intro = '', ...sections] = text.split(/^## /m);
  const [title = '', summary = '', severity = ''] = intro.split('\n\n').map((part) => part.trim());
  const body = (heading: string) => sections.find((section) => section.startsWith(`${heading}\n`)) ?? '';
  return {
    id,
    title,
    summary: summary.replaceAll('\n', ' '),
    severity: severity.replace(/^Severity: /, ''),
    headings: sections.map((section) => section.split('\n', 1)[0] ?? ''),
    bad: examples(body('Bad')),
    good: examples(body('Good')),
  };
}

/** The workflows in the `yaml` fences of a text. */
export function examples(section: string): Example[] {
  return [...section.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => ({
    path: /^# (\S+)\n/.exec(text)?.[1] ?? '',
    text,
  }));
}

const forgeOfRoot: Readonly<Record<string, Forge>> = {
  '.gitea': 'gitea',
  '.forgejo': 'forgejo',
  '.github': 'github',
};

/** The verdict on an example, as its own forge would run it. */
export function lintExample({ path, text }: Example): LintResult {
  const forge = forgeOfRoot[path.split('/', 1)[0] ?? ''];
  if (!forge)
    throw new Error(`the first line of an example names a path under a workflow root, found ${path}`);
  return lint([{ source: { path, text }, kind: 'workflow', forge }], { rules: null, forge: null });
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
