import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadLanguage } from '../../src/program/lower/languages.js';
import { readFixtures, readRepositories } from './fixtures.js';
import { readJavaScriptFixtures } from './flow-javascript.js';
import { mutators } from './mutants.js';
import { type Random, randomFrom } from './random.js';
import type { Files } from './repository.js';

// Fixtures with something changed in them, by number: the same seed and number give the same files again.

/** A repository to begin with, and those of its files that are changed. */
interface Seedling {
  readonly name: string;
  readonly files: Files;
}

export interface Mutant extends Seedling {
  /** What was done to it, as `bytes .gitea/workflows/ci.yml`. */
  readonly changes: readonly string[];
}

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

export async function loadAllLanguages(): Promise<void> {
  for (const language of ['python', 'javascript', 'powershell'] as const) await loadLanguage(language);
}

/** Every fixture as a repository: a workflow as it is, a script of another language in a step or in a file of its own. */
export function seedlings(): readonly Seedling[] {
  const single = readFixtures().map(({ name, input }) => ({
    name,
    files: { [input.source.path]: input.source.text },
  }));
  const several = [...readRepositories()].map(([name, files]) => ({
    name: `callers/${name}`,
    files: Object.fromEntries(files.map(({ input }) => [input.source.path, input.source.text])),
  }));
  const scripts = readdirSync(join(fixtures, 'flow')).map((name) => {
    const text = readFileSync(join(fixtures, 'flow', name), 'utf8');
    return { name: `flow/${name}`, files: inStep(text, name.endsWith('.py') ? 'python' : 'bash') };
  });
  const called = readJavaScriptFixtures().map(({ name, script, host }) => ({
    name: `flow-javascript/${name}`,
    files: host === null ? inFile(script, name) : inGithubScript(script),
  }));
  return [...single, ...several, ...scripts, ...called];
}

function workflowOf(step: string): string {
  return [
    'on: [push, pull_request, schedule]',
    'jobs:',
    '  build:',
    '    runs-on: ubuntu-latest',
    '    steps:',
    '      - uses: actions/checkout@v4',
    `      - ${step}`,
    '        env:',
    '          TOKEN: ${{ secrets.TOKEN }}',
    '',
  ].join('\n');
}

function block(script: string, indent: number): string {
  return script
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : ' '.repeat(indent) + line))
    .join('\n');
}

function inStep(script: string, shell: string): Files {
  const step = `shell: ${shell}\n        run: |\n${block(script, 10)}`;
  return { '.github/workflows/ci.yml': workflowOf(step) };
}

function inGithubScript(script: string): Files {
  const step = `uses: actions/github-script@v7\n        with:\n          script: |\n${block(script, 12)}`;
  return { '.github/workflows/ci.yml': workflowOf(step) };
}

function inFile(script: string, name: string): Files {
  return { '.github/workflows/ci.yml': workflowOf(`run: node ${name}`), [name]: script };
}

/** The mutant with a number. A seed has as many as one likes. */
export function mutant(seed: number, number: number, among: readonly Seedling[]): Mutant {
  const random = randomFrom(Math.imul(seed, 0x9e3779b1) ^ number);
  const { name, files } = random.one(among);
  const changed = new Map(Object.entries(files));
  const changes: string[] = [];
  for (let rounds = 1 + random.below(4); rounds > 0; rounds--) {
    const path = random.one([...changed.keys()]);
    const kind = random.one(Object.keys(mutators));
    const mutate = mutators[kind];
    if (!mutate) throw new Error(`there is no mutator ${kind}`);
    changed.set(path, mutate(changed.get(path) ?? '', random, someOf(random, among)));
    changes.push(`${kind} ${path}`);
  }
  return { name, files: Object.fromEntries(changed), changes };
}

function someOf(random: Random, among: readonly Seedling[]): readonly string[] {
  return Object.values(random.one(among).files);
}
