// Makes the pictures of the README anew: `npm run capture` runs hardfail on a real terminal and draws what it printed.
// `node scripts/capture.mjs FOLDER` writes them there instead. Needs a build and util-linux `script`.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const columns = 100;
const captures = [
  { file: 'finding.svg', args: ['fixtures/sync-providers/unfixed.yml'], status: 1 },
  { file: 'audit.svg', args: ['audit', 'fixtures/audit/shop'], status: 0 },
];

/** What the command prints on a terminal of 100 columns; the shell only says the width, as a person's window would. */
function onTerminal(args, status) {
  // What tells how far it is, is gone when it is done.
  const command = `stty cols ${columns} rows 50; exec node dist/bin/hardfail.cjs ${args.join(' ')} 2>/dev/null`;
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' };
  const ran = spawnSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (ran.error) throw ran.error;
  if (ran.status !== status)
    throw new Error(`hardfail ${args.join(' ')} ended with ${ran.status}:\n${ran.stdout}`);
  return ran.stdout.replaceAll('\r\n', '\n').replace(/\n$/, '');
}

/** Select Graphic Rendition: the codes that switch a class on, and those that switch it off. */
const on = {
  1: 'bold',
  2: 'dim',
  31: 'red',
  32: 'green',
  33: 'yellow',
  34: 'blue',
  35: 'magenta',
  36: 'cyan',
};
const off = {
  0: Object.values(on),
  22: ['bold', 'dim'],
  39: ['red', 'green', 'yellow', 'blue', 'magenta', 'cyan'],
};

/** The pieces of a line with the classes that they are drawn in; `classes` goes on into the next line. */
function pieces(line, classes) {
  const found = [];
  for (const part of line.split(/(\u001b\[\d*m)/)) {
    const code = /^\u001b\[(\d*)m$/.exec(part)?.[1];
    if (code === undefined) {
      if (part.includes('\u001b')) throw new Error(`an escape that is no colour: ${JSON.stringify(part)}`);
      if (part !== '') found.push({ text: part, classes: [...classes].join(' ') });
    } else if (on[code]) {
      classes.add(on[code]);
    } else {
      if (!off[code || 0]) throw new Error(`no such colour: ${code}`);
      for (const name of off[code || 0]) classes.delete(name);
    }
  }
  return found;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const cell = { width: 8.4, height: 17 };
const margin = 16;

/** Each colour on a light page and on a dark one. */
const colors = {
  page: ['#ffffff', '#161b22'],
  text: ['#24292f', '#e6edf3'],
  dim: ['#6e7781', '#8b949e'],
  red: ['#cf222e', '#ff7b72'],
  green: ['#116329', '#7ee787'],
  yellow: ['#7d4e00', '#e3b341'],
  blue: ['#0550ae', '#79c0ff'],
  magenta: ['#6f42c1', '#d2a8ff'],
  cyan: ['#1b6e80', '#56d4dd'],
};

/** The rules of a theme (0 light, 1 dark), without variables, which only browsers know. */
function theme(which) {
  const { page, text, ...classes } = colors;
  const rules = Object.entries(classes).map(([name, both]) => `.${name} { fill: ${both[which]} }`);
  const start = [
    `rect { fill: ${page[which]}; stroke: ${classes.dim[which]} }`,
    `text { fill: ${text[which]} }`,
  ];
  return [...start, ...rules].join('\n');
}

const styles = `text { font-family: ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 14px; white-space: pre }
.bold { font-weight: 600 }
${theme(0)}
@media (prefers-color-scheme: dark) {
${theme(1)}
}`;

function svg(prompt, output) {
  const classes = new Set();
  const lines = [`\u001b[2m$\u001b[22m ${prompt}`, ...output.split('\n')];
  const rows = lines.map((line, index) => {
    const spans = pieces(line, classes).map(({ text, classes: names }) =>
      names === '' ? escaped(text) : `<tspan class="${names}">${escaped(text)}</tspan>`,
    );
    return `<text x="${margin}" y="${margin + (index + 1) * cell.height - 5}">${spans.join('')}</text>`;
  });
  const width = Math.ceil(columns * cell.width) + 2 * margin;
  const height = lines.length * cell.height + 2 * margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" xml:space="preserve" role="img" aria-label="${escaped(prompt)} on a terminal">
<style>
${styles}
</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>
${rows.join('\n')}
</svg>
`;
}

const folder = process.argv[2] ?? 'docs';
mkdirSync(folder, { recursive: true });
for (const { file, args, status } of captures) {
  writeFileSync(join(folder, file), svg(`hardfail ${args.join(' ')}`, onTerminal(args, status)));
}
