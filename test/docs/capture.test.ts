import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';
import { readXml } from '../report/xml-reader.js';

it('the pictures of the README are what a terminal shows today', () => {
  if (process.env.UPDATE) execFileSync('node', ['scripts/capture.mjs']);
  const folder = mkdtempSync(join(tmpdir(), 'hardfail-capture-'));
  execFileSync('node', ['scripts/capture.mjs', folder]);
  const names = readdirSync(folder).sort();
  const shown = readdirSync('docs').filter((name) => name.endsWith('.svg'));
  expect(names).toEqual(shown.sort());
  for (const name of names) {
    const picture = readFileSync(join(folder, name), 'utf8');
    expect(readFileSync(join('docs', name), 'utf8')).toBe(picture);
    expect(readXml(picture).filter((element) => element.name === 'text').length).toBeGreaterThan(10);
    expect(readFileSync('README.md', 'utf8')).toContain(`](docs/${name})`);
  }
  rmSync(folder, { recursive: true });
});
