import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';

/**
 * Which rooms a room may import from, besides itself. Data flows one way: a room knows the rooms before it and
 * none after it. `root` is the composition root, the files directly in src/.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  text: [],
  parse: ['text'],
  forge: ['text', 'parse'],
  discover: ['text', 'forge', 'host'],
  facts: ['text', 'forge'],
  model: ['text', 'forge', 'parse'],
  program: ['text', 'parse'],
  analyse: ['text', 'forge', 'facts', 'parse', 'model', 'program'],
  lint: ['text', 'forge', 'facts', 'parse', 'model', 'program', 'analyse'],
  // The registry and the rules are guests of lint: they ask the analysis and see what they point at.
  rules: ['text', 'forge', 'parse', 'model', 'program', 'analyse', 'lint'],
  // Facts and the forge's data, and what a finding is; never the analysis, whose word it checks.
  replay: ['text', 'forge', 'facts', 'parse', 'model', 'lint'],
  // What was asked and what came of it, and nothing that makes it.
  cache: ['text', 'forge', 'lint', 'host'],
  config: ['text', 'forge', 'parse', 'facts', 'discover', 'lint', 'audit', 'host', 'errors'],
  audit: ['text', 'forge', 'parse', 'model', 'program', 'analyse', 'lint', 'replay'],
  report: ['text', 'forge', 'lint', 'replay', 'audit'],
};

/** Imports that the table above does not allow, one by one. */
const exceptions: readonly string[] = [
  // lint() runs every rule, so it takes them from the one list.
  'src/lint/lint.ts → rules/index.ts',
];

/** Packages and parts of Node, and the files that may load them; nobody may load any other. */
const doors: readonly { readonly name: RegExp; readonly files: RegExp }[] = [
  { name: /^yaml$/, files: /^src\/parse\/yaml(-\w+)?\.ts$/ },
  { name: /^@lezer\/python$/, files: /^src\/parse\/python\.ts$/ },
  { name: /^unbash$/, files: /^src\/parse\/shell(-\w+)?\.ts$/ },
  { name: /^(acorn|@sveltejs\/acorn-typescript)$/, files: /^src\/parse\/javascript(\.ts$|\/)/ },
  { name: /^@actions\/expressions(\/|$)/, files: /^src\/(parse\/expression|replay\/evaluate)\.ts$/ },
  { name: /^@noble\/hashes\//, files: /^src\/text\/sha256\.ts$/ },
  { name: /^just-bash$/, files: /^src\/replay\// },

  { name: /^ajv$/, files: /^src\/config\// },
  { name: /^globby$/, files: /^src\/discover\/glob\.ts$/ },
  { name: /^picocolors$/, files: /^src\/report\// },
  { name: /^node:process$/, files: /^src\/bin\.ts$/ },
  { name: /^node:url$/, files: /^src\/bin\.ts$/ },
  { name: /^node:fs$/, files: /^src\/(node-host|write-file|cache-folder|discover\/glob)\.ts$/ },
  { name: /^node:crypto$/, files: /^src\/cache-folder\.ts$/ },
  {
    name: /^node:path(\/posix)?$/,
    files: /^src\/((node-host|write-file|cache-folder|plugins)\.ts|(discover|config)\/)/,
  },
  { name: /^node:child_process$/, files: /^src\/git\.ts$/ },
  { name: /^node:util$/, files: /^src\/tokens\.ts$/ },
  { name: /^node:worker_threads$/, files: /^src\/(thread|plugin-worker|sandbox|sandbox-worker)\.ts$/ },
  { name: /^node:vm$/, files: /^src\/plugin-worker\.ts$/ },
];

interface Import {
  readonly from: string;
  readonly to: string;
  /** True for `import type`, which loads nothing. */
  readonly typeOnly: boolean;
  /** True for `import()`, which loads when it is reached. */
  readonly dynamic: boolean;
}

const files = ['src', 'rules'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts')),
);
const imports = files.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')));
const internal = imports.filter((one) => !isPackage(one.to));
const external = imports.filter((one) => isPackage(one.to));

/** Static, dynamic and re-exporting imports of a file; relative ones as paths from the project's root. */
function importsOf(file: string, text: string): Import[] {
  const pattern =
    /^(?:import|export)\s+(type\s)?[^'";]*?from\s*'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...text.matchAll(pattern)].map((match) => {
    const name = match[2] ?? match[3] ?? match[4] ?? '';
    const to = name.startsWith('.') ? join(dirname(file), name).replace(/\.js$/, '.ts') : name;
    return { from: file, to, typeOnly: match[1] !== undefined, dynamic: match[4] !== undefined };
  });
}

function isPackage(path: string): boolean {
  return !path.startsWith('src/') && !path.startsWith('rules/');
}

function roomOf(path: string): string {
  const [top = '', room = ''] = path.split('/');
  if (top === 'rules') return 'rules';
  if (path === 'src/host.ts' || path === 'src/errors.ts') return room.slice(0, -'.ts'.length);
  return room.endsWith('.ts') ? 'root' : room;
}

function shown({ from, to }: Import): string {
  return `${from} → ${to}`;
}

describe('the house', () => {
  it('is found by this test', () => {
    expect(imports.map(shown)).toEqual(
      expect.arrayContaining([
        'src/bin.ts → src/cli.ts',
        'src/judging.ts → src/discover/discover.ts',
        'src/discover/glob.ts → globby',
        'src/index.ts → src/lint/lint.ts',
        'src/report/pretty.ts → picocolors',
      ]),
    );
  });

  it('has only rooms that the table knows', () => {
    const rooms = new Set(files.map(roomOf));
    const known = [...Object.keys(mayImport), 'root', 'host', 'errors'];
    expect([...rooms].filter((room) => !known.includes(room))).toEqual([]);
  });

  it('lets each room import only from rooms before it', () => {
    const wrong = internal.filter((one) => {
      const [from, to] = [roomOf(one.from), roomOf(one.to)];
      if (from === to || !(from in mayImport)) return false;
      return !mayImport[from]?.includes(to) && !exceptions.includes(shown(one));
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  it('has no room that depends on itself through another', () => {
    const reaches = (from: string, to: string): boolean =>
      (mayImport[from] ?? []).some((next) => next === to || reaches(next, to));
    expect(Object.keys(mayImport).filter((room) => reaches(room, room))).toEqual([]);
  });

  it('imports only files that exist', () => {
    expect(internal.filter((one) => !files.includes(one.to)).map(shown)).toEqual([]);
  });
});

describe('packages and parts of Node', () => {
  it('are loaded only through their doors', () => {
    const wrong = external.filter(
      (one) => !doors.some((door) => door.name.test(one.to) && door.files.test(one.from)),
    );
    expect(wrong.map(shown)).toEqual([]);
  });

  it('are those that package.json promises, no more and no fewer', () => {
    const manifest: Record<'dependencies' | 'peerDependencies', Record<string, string>> = JSON.parse(
      readFileSync('package.json', 'utf8'),
    );
    const loaded = external.map((one) => one.to).filter((name) => !name.startsWith('node:'));
    const packages = loaded.map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    expect([...new Set(packages)].sort()).toEqual(
      Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).sort(),
    );
  });

  it('reach the file system from the host alone: anybody else may only borrow its types', () => {
    const wrong = external.filter(
      (one) =>
        one.to === 'node:fs' &&
        !['src/node-host.ts', 'src/write-file.ts', 'src/cache-folder.ts'].includes(one.from) &&
        !one.typeOnly,
    );
    expect(wrong.map(shown)).toEqual([]);
  });
});

describe('what is loaded before anything is asked for', () => {
  it('is no package, no report format and no part of the analysis', () => {
    const loaded = new Set(['src/bin.ts']);
    for (const file of loaded) {
      for (const one of imports) if (one.from === file && !one.typeOnly && !one.dynamic) loaded.add(one.to);
    }
    const inRooms = [...loaded].filter((path) => !isPackage(path) && roomOf(path) !== 'root');
    expect(inRooms.sort()).toEqual([
      'src/discover/paths.ts',
      'src/errors.ts',
      'src/forge/forge.ts',
      'src/lint/finding.ts',
      'src/report/audits.ts',
      'src/report/index.ts',
      'src/text/nearest.ts',
    ]);
    expect([...loaded].filter((path) => isPackage(path) && !path.startsWith('node:'))).toEqual([]);
  });
});

describe('what no input may lead to', () => {
  it.each([
    /\beval\(/,
    /\bnew Function\(/,
    /\bfetch\(/,
    /\bglobalThis\b/,
    /\bprocess\.(env|exit|argv|cwd|std)/,
  ])('%s stands in no file but bin.ts', (pattern) => {
    const wrong = files.filter(
      (file) => file !== 'src/bin.ts' && pattern.test(codeOf(readFileSync(file, 'utf8'))),
    );
    expect(wrong).toEqual([]);
  });
});

/** The text without comments and without what it quotes: names of other programs' worlds. */
function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|'[^'\n]*'/gm, '')
    .replace(/`[^`]*`/g, (template) =>
      [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, code = '']) => code).join(' '),
    );
}

describe('the header of a room', () => {
  it('says in its first file what the room may and may not do', () => {
    const rooms = Object.keys(mayImport).filter(
      (room) => room !== 'rules' && files.some((file) => roomOf(file) === room),
    );
    const silent = rooms.filter((room) => {
      const texts = files.filter((file) => roomOf(file) === room).map((file) => readFileSync(file, 'utf8'));
      return !texts.some((text) => text.split('\n').some((line) => line.startsWith(`// ${room}/: `)));
    });
    expect(silent).toEqual([]);
  });
});
