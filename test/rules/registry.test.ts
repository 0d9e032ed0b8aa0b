import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.js';
import { ruleProblem } from '../../src/lint/plugin.js';
import type { AnyRule, Rule } from '../../src/lint/rule.js';
import { readFixtures, readRepositories } from '../support/fixtures.js';

const all: readonly AnyRule[] = rules;
const checking = all.filter((rule): rule is Rule => 'check' in rule);

describe('the list of rules', () => {
  it('has each folder of rules/ once, in order: a rule is its folder and a line', () => {
    const folders = readdirSync('rules', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(all.map(({ meta }) => meta.id)).toEqual(folders.map(({ name }) => name).sort());
  });

  it.each(all.map(({ meta }) => meta.id))('%s is an index.ts and a README.md', (id) => {
    expect(existsSync(`rules/${id}/index.ts`) && existsSync(`rules/${id}/README.md`)).toBe(true);
  });
});

describe('every rule that checks files', () => {
  it.each(checking.map((rule) => [rule.meta.id, rule] as const))(
    '%s would pass as the rule of a plugin',
    (id, rule) => {
      expect(ruleProblem(rule)).toBeNull();
      expect(rule.meta.summary).toMatch(/^[A-Z].*\.$/);
      for (const message of Object.keys(rule.messages))
        expect(`${id} ${message}`).toMatch(/ [a-z][A-Za-z]+$/);
    },
  );

  // Fixtures are judged one by one and by default: what takes the preset strict is tried on the examples of its page.
  it('is found in some fixture, or has a test of its own, if it runs by default', () => {
    const fixtures = [...readFixtures(), ...[...readRepositories().values()].flat()];
    const found = new Set(fixtures.flatMap(({ expectations }) => expectations.map(({ rule }) => rule)));
    const byDefault = checking.filter(({ meta }) => meta.preset !== 'strict');
    const isTried = (id: string) => found.has(id) || existsSync(`test/rules/${id}.test.ts`);
    expect(byDefault.map(({ meta }) => meta.id).filter((id) => !isTried(id))).toEqual([]);
  });
});
