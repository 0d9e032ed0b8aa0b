import { readdirSync, readFileSync } from 'node:fs';
import { tsPlugin } from '@sveltejs/acorn-typescript';
import { Parser } from 'acorn';
import { analyse } from 'scslre';
import { describe, expect, it } from 'vitest';
import { reasonPattern } from '../src/lint/reason.js';

// Whoever writes a workflow chooses what our regular expressions read. One that takes more than linear time lets a line
// of a file stop the linter, so that every one in the sources is taken apart, by an analysis of the automaton that it
// makes and not by a clock. It knows three ways of losing time: an ambiguous quantifier, two that trade characters with
// each other, and one that is tried again from every place of the text. (Alternatives that begin alike it does not.)

interface Regex {
  /** `src/lint/reason.ts:4`. */
  readonly at: string;
  readonly source: string;
  readonly flags: string;
}

const typescript = Parser.extend(tsPlugin());

function sourceFiles(): string[] {
  return ['src', 'rules'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  );
}

/** The regular expressions of a file: literals, `new RegExp('…')`, and the `pattern` of a JSON Schema. */
function regexesIn(file: string, text: string): Regex[] {
  const found: Regex[] = [];
  const before: string[] = [];
  typescript.parse(text, {
    ecmaVersion: 'latest',
    sourceType: 'module',
    locations: true,
    onToken: (token) => {
      const at = `${file}:${token.loc?.start.line}`;
      const { label } = token.type;
      const value: unknown = 'value' in token ? token.value : null;
      if (label === 'regexp' && isRegex(value)) found.push({ at, source: value.pattern, flags: value.flags });
      if (label === 'string' && before.slice(-2).join('') === 'pattern:') {
        found.push({ at, source: String(value), flags: 'u' });
      }
      before.push(label === 'name' || label === 'new' ? text.slice(token.start, token.end) : label);
    },
  });
  return found;
}

function isRegex(value: unknown): value is { pattern: string; flags: string } {
  return typeof value === 'object' && value !== null && 'pattern' in value && 'flags' in value;
}

/** How it loses time; empty where it does not. */
function losses({ source, flags }: Pick<Regex, 'source' | 'flags'>): string[] {
  return analyse({ source, flags }).reports.map(
    ({ type, exponential }) => `/${source}/${flags} ${exponential ? 'exponential' : 'quadratic'}: ${type}`,
  );
}

const files = sourceFiles();
const literals = files.flatMap((file) => regexesIn(file, readFileSync(file, 'utf8')));

/** What `new RegExp` makes: these alone are no literals. */
const constants: readonly Regex[] = [
  { at: 'src/lint/reason.ts', source: reasonPattern, flags: 'u' },
  { at: 'src/report/text.ts', source: '^\\p{RGI_Emoji}$', flags: 'v' },
];

describe('a regular expression that reads what others write', () => {
  it('takes linear time, every one of them', () => {
    const slow = [...literals, ...constants].flatMap((regex) =>
      losses(regex).map((loss) => `${regex.at}: ${loss}`),
    );
    expect(slow).toEqual([]);
  });

  it('is known here, also where it is no literal', () => {
    const made = files.flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return [...text.matchAll(/\bRegExp\((\w*)/g)].map(([, of]) => `${file}: ${of}`);
    });
    expect(made.sort()).toEqual(['src/lint/reason.ts: reasonPattern', 'src/report/text.ts: emojiPattern']);
    expect(readFileSync('src/report/text.ts', 'utf8')).toContain("emojiPattern = '^\\\\p{RGI_Emoji}$'");
    expect(literals.length).toBeGreaterThan(200);
    expect(literals.filter(({ at }) => at.startsWith('src/config/')).length).toBeGreaterThan(4);
  });
});

describe('the analysis sees', () => {
  it.each([
    ['an ambiguous quantifier', '^(a+)+$', /exponential/],
    ['two quantifiers that trade', '^a*\\s*\\s*b', /quadratic/],
    ['a quantifier that is tried from every place', '\\s+$', /quadratic/],
  ])('%s', (_, source, loss) => {
    expect(losses({ source, flags: '' })).toEqual([expect.stringMatching(loss)]);
  });

  it('none where there is none', () => {
    expect(losses({ source: '^\\s*(\\w+)\\s*=\\s*\\S+', flags: '' })).toEqual([]);
  });
});
