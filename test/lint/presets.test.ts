import { describe, expect, it } from 'vitest';
import { levelIn, levelOf, noSettings, runsIn, type Settings } from '../../src/lint/settings.js';

const plain = { id: 'plain', severity: 'error' } as const;
const soft = { id: 'soft', severity: 'note' } as const;
const strict = { id: 'tight', severity: 'warning', preset: 'strict' } as const;

function levels(settings: Partial<Settings>) {
  return [plain, soft, strict].map((rule) => levelOf({ ...noSettings, ...settings }, rule));
}

describe('a preset', () => {
  it('recommended, which needs no saying, leaves out the rules of strict', () => {
    expect(levels({})).toEqual(['error', 'note', 'off']);
    expect(levels({ preset: 'recommended' })).toEqual(['error', 'note', 'off']);
  });

  it('strict runs them all, and knows no notes', () => {
    expect(levels({ preset: 'strict' })).toEqual(['error', 'warning', 'warning']);
  });

  it('gives way to what is said of a rule', () => {
    const rules = new Map([
      ['plain', 'off'],
      ['soft', 'note'],
      ['tight', 'error'],
    ] as const);
    expect(levels({ preset: 'strict', rules })).toEqual(['off', 'note', 'error']);
    expect(levels({ rules })).toEqual(['off', 'note', 'error']);
  });

  it('gives way to options: who gives them wants the rule', () => {
    expect(levels({ options: new Map([['tight', { token: 'A' }]]) })).toEqual(['error', 'note', 'warning']);
  });
});

describe('a rule that is off', () => {
  const nightly = {
    files: ['nightly.yml'],
    rules: new Map([['tight', 'error'] as const]),
    reason: 'it is new',
  };
  const settings: Settings = { ...noSettings, overrides: [nightly] };

  it('may be on in some files', () => {
    expect(levelIn(settings, strict, 'nightly.yml').level).toBe('error');
    expect(runsIn(settings, strict, 'nightly.yml')).toBe(true);
    expect(runsIn(settings, strict, 'ci.yml')).toBe(false);
  });

  it('is asked where only an override says so: what it silences is counted', () => {
    const off = { ...nightly, rules: new Map([['plain', 'off'] as const]) };
    expect(runsIn({ ...noSettings, overrides: [off] }, plain, 'nightly.yml')).toBe(true);
    expect(runsIn({ ...noSettings, rules: new Map([['plain', 'off']]) }, plain, 'nightly.yml')).toBe(false);
  });
});
