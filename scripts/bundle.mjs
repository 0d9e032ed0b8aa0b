// @ts-check
// The second half of `npm run build`: what tsc made of src/bin.ts, with the packages that it uses, as one CommonJS
// program of a few files in dist/bin. Must not change what the code does: the package's API and the threads stay the
// modules of dist/src, so that a plugin and hardfail share each of them.

import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { rolldown } from 'rolldown';
import { requiredLate } from './required-late.mjs';

const { default: standaloneCode } = standalone;
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'dist', 'bin');

/**
 * The folder of the package that a module belongs to; null for a module of hardfail or of the bundler.
 * @param {string} module its path
 */
function packageOf(module) {
  if (!/[\\/]node_modules[\\/]/.test(module) || !existsSync(module)) return null;
  let at = dirname(module);
  // A folder may have a manifest that only says what kind of modules it has.
  while (!existsSync(join(at, 'package.json')) || !manifestOf(at).name) at = dirname(at);
  return at;
}

/** @param {string} at @returns {{ name?: string, version?: string, license?: string }} */
function manifestOf(at) {
  return JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
}

/** What has to be passed on with a package. Throws where it has no text of its licence. @param {string} at */
function noticeOf(at) {
  const { name, version, license } = manifestOf(at);
  const file = readdirSync(at).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  if (!file) throw new Error(`${name} has no text of its licence that could be passed on: keep it external`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(at, file), 'utf8').trim()}\n`;
}

/**
 * What is asked of every file, with or without a secret in it; all else of the analysis runs programs. A module that is
 * missing here costs time and nothing else.
 */
const askedOfAll = new Set(
  [
    ...[
      'action',
      'analyse',
      'answer',
      'budget',
      'called',
      'checkout',
      'checks',
      'constant',
      'constraints',
      'dead',
    ],
    ...[
      'defeated',
      'drift-gate',
      'empty-script',
      'expand',
      'expressions',
      'fates',
      'focus',
      'hollow-gate',
      'ledger',
    ],
    ...[
      'matrix',
      'names',
      'needs',
      'null-print',
      'null-text',
      'persistent',
      'pin',
      'planners',
      'platform',
      'possible',
      'reach',
    ],
    ...[
      'references',
      'restarting',
      'secrets',
      'shared-status',
      'shell-scripts',
      'state',
      'static',
      'status-capture',
    ],
    ...['step-program', 'unjudged', 'values', 'what-if', 'workflow', 'world'],
  ].map((name) => `src/analyse/${name}.js`),
);
for (const module of askedOfAll)
  if (!existsSync(join(root, 'dist', module)))
    throw new Error(`there is no ${module} to be asked of all files`);

/** The file for what few runs need, or not at once; null for a module that stays with those that import it. @param {string} id */
function chunkOf(id) {
  const module = relative(join(root, 'dist'), id).replaceAll('\\', '/');
  if (/[\\/]node_modules[\\/](unbash)[\\/]/.test(id)) return 'shell';
  if (/^src\/(parse\/(shell|quoted|makefile)|program\/lower\/(shell|frame|make))/.test(module))
    return 'shell';
  if (/^src\/analyse\//.test(module)) return askedOfAll.has(module) ? null : 'run';
  if (/^src\/facts\/(?!(arguments|jq|own)\.)/.test(module)) return 'facts';
  if (/^src\/lint\/fix\/(?!(offer|apply)\.)/.test(module)) return 'fix';
  // What nearly all runs load one after the other: each file takes as long to find as a large one to compile.
  if (/^src\/(report\/(pretty|frame|words|summary|text|order|diff)|lint\/fix\/apply)\./.test(module))
    return 'printing';
  if (/[\\/]node_modules[\\/]picocolors[\\/]/.test(id)) return 'printing';
  if (/^src\/(cache\/|cache-folder\.|caching\.)/.test(module)) return 'caching';
  return null;
}

/**
 * The schema without its words, which only messages need, and with each larger part of it once, in `parts`.
 * @param {any} schema @param {Map<string, { name: string, part: unknown }>} parts
 * @returns {any}
 */
function bare({ $schema, title, description, default: usual, ...schema }, parts) {
  const each = (/** @type {Record<string, unknown>} */ named) =>
    Object.fromEntries(Object.entries(named).map(([name, part]) => [name, bare(part, parts)]));
  const { properties, patternProperties, items, anyOf } = schema;
  const part = {
    ...schema,
    ...(properties ? { properties: each(properties) } : {}),
    ...(patternProperties ? { patternProperties: each(patternProperties) } : {}),
    ...(items ? { items: bare(items, parts) } : {}),
    ...(anyOf ? { anyOf: anyOf.map((/** @type {unknown} */ one) => bare(one, parts)) } : {}),
  };
  const text = JSON.stringify(part);
  if (text.length < 200) return part;
  const known = parts.get(text) ?? { name: `part${parts.size}`, part };
  parts.set(text, known);
  return { $ref: `#/definitions/${known.name}` };
}

/** @param {unknown} schema */
function bareWhole(schema) {
  const parts = new Map();
  const whole = bare(schema, parts);
  return {
    definitions: Object.fromEntries([...parts.values()].map(({ name, part }) => [name, part])),
    ...whole,
  };
}

/**
 * The module that stands in for src/config/compiled.ts: validators of the schemas that are known now. They only say
 * whether a value fits; ajv, with what it says, is loaded where one does not.
 */
async function compiledSchemas() {
  const at = (/** @type {string} */ module) => pathToFileURL(join(root, 'dist', module)).href;
  const { configSchema } = await import(at('src/config/schema.js'));
  const { baselineSchema } = await import(at('src/config/baseline-file.js'));
  const { rules } = await import(at('rules/index.js'));
  // As in src/config/validate.ts, but for the errors.
  const code = { source: true, esm: true, optimize: 2 };
  const ajv = new Ajv({
    strict: true,
    allowMatchingProperties: true,
    inlineRefs: false,
    messages: false,
    code,
  });
  const metas = rules.map((/** @type {{ meta: unknown }} */ { meta }) => meta);
  ajv.addSchema(bareWhole(configSchema(metas, false)), 'config');
  ajv.addSchema(bareWhole(baselineSchema), 'baseline');
  return standaloneCode(ajv, { configFits: 'config', baselineFits: 'baseline' });
}

const compiledModule = join(root, 'dist', 'src', 'config', 'compiled.js');
if (!existsSync(compiledModule))
  throw new Error(`there is no ${compiledModule} for validators to stand in for`);

rmSync(folder, { recursive: true, force: true });
const bundle = await rolldown({
  input: { bin: join(root, 'dist', 'src', 'bin.js') },
  platform: 'node',
  // The entry is a program, of which nobody asks for anything.
  preserveEntrySignatures: false,
  // Few runs need it, and it has many packages of its own.
  external: ['globby'],
  // What the bundler says of its own time depends on what else the machine does, and is no fault of what it makes.
  checks: { bundlerTimings: false },
  // The modules of yaml for browsers, of which what is not used can be left out.
  resolve: { alias: { yaml: join(root, 'node_modules', 'yaml', 'browser', 'index.js') } },
  plugins: [
    {
      name: 'compiled-schemas',
      load: (id) => (id === compiledModule ? compiledSchemas() : null),
    },
  ],
  onLog(level, log) {
    if (level === 'warn') throw new Error(`the bundler warns: ${log.message}`);
  },
});
const { output } = await bundle.write({
  dir: folder,
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [{ name: chunkOf, debugName: 'what few runs need' }],
  },
});
await bundle.close();
for (const chunk of output) {
  if (chunk.type === 'chunk') writeFileSync(join(folder, chunk.fileName), requiredLate(chunk.code));
}
// What is started is no module that others ask for: started by another name, there would be two of it.
const entry = join(folder, 'hardfail.cjs');
writeFileSync(entry, "#!/usr/bin/env node\nrequire('./bin.cjs');\n");
chmodSync(entry, 0o755);

// What no other build has: the verdicts of one are not those of another.
const digest = createHash('sha256');
for (const name of readdirSync(folder).sort())
  digest.update(`${name}\0`).update(readFileSync(join(folder, name)));
writeFileSync(join(folder, 'build-id'), digest.digest('hex'));

const modules = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
const packages = new Set(modules.map(packageOf).filter((at) => at !== null));
const notices = [...packages].map(noticeOf).sort();
const head =
  'The files of this folder contain parts of the following packages, under the licences given here.\n';
writeFileSync(join(folder, 'THIRD-PARTY.txt'), [head, ...notices].join(`\n${'-'.repeat(80)}\n\n`));
