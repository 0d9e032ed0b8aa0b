import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.js';
import { configSchema } from '../../src/config/schema.js';
import { starter } from '../../src/config/starter.js';
import type { Schema } from '../../src/lint/schema.js';
import { betweenMarkers, replaceBetweenMarkers } from './pages.js';

const path = fileURLToPath(new URL('../../docs/configuration.md', import.meta.url));
const schema = configSchema(rules.map(({ meta }) => meta));

/** A row for each key, however deep; the ids of rules have a table of their own in the README. */
function rows(one: Schema, way: string): string[] {
  return Object.entries(one.properties ?? {}).flatMap(([key, next]) => {
    const name = way === '' ? key : `${way}.${key}`;
    const choices = next.enum && next.enum.length <= 6 ? `: ${next.enum.join(', ')}` : '';
    const must = one.required?.includes(key) ? ' (mandatory)' : '';
    const row = `| \`${name}\`${must} | ${(next.description ?? '').replaceAll('|', '\\|')}${choices} |\n`;
    if (key === 'rules') return [row];
    return [row, ...rows(next.items ?? next, next.items ? `${name}[]` : name)];
  });
}

describe('the page on the configuration', () => {
  it.each([
    ['starter', () => `\n\`\`\`yaml\n${starter}\`\`\`\n`],
    ['keys', () => `\n| key | what it is |\n|---|---|\n${rows(schema, '').join('')}`],
  ])('says what the tool does: %s', (name, make) => {
    const content = make();
    if (process.env.UPDATE) {
      writeFileSync(path, replaceBetweenMarkers(readFileSync(path, 'utf8'), name, content));
    }
    expect(betweenMarkers(readFileSync(path, 'utf8'), name)).toBe(content);
  });

  it('names every key of the schema', () => {
    const text = readFileSync(path, 'utf8');
    for (const key of Object.keys(schema.properties ?? {})) expect(text).toContain(`| \`${key}\` |`);
  });

  it.each([...readFileSync(path, 'utf8').matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? ''))(
    'links to something that exists: %s',
    (target) => {
      expect(() => readFileSync(new URL(target, new URL('../../docs/', import.meta.url)))).not.toThrow();
    },
  );
});
