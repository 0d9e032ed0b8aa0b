import { describe, expect, it, vi } from 'vitest';
import { lintWithLanguages } from '../../src/lint/languages.js';
import type { LintInput } from '../../src/lint/lint.js';
import { readFixtures, readRepositories } from '../support/fixtures.js';
import { generatedWorkflows } from '../support/generate-repository.mjs';
import { proofText } from '../support/proofs.js';

const memory = vi.hoisted(() => ({ isOff: false, recalled: 0 }));

vi.mock('../../src/analyse/recall.js', async (original) => {
  const actual = await original<typeof import('../../src/analyse/recall.js')>();
  const recalled: typeof actual.recalled = (program, start, given, known, answer, run, spent) => {
    if (memory.isOff) return run(start, new Set());
    let wasRun = false;
    const ends = actual.recalled(
      program,
      start,
      given,
      known,
      answer,
      (path, questions) => {
        wasRun = true;
        return run(path, questions);
      },
      spent,
    );
    if (!wasRun) memory.recalled++;
    return ends;
  };
  return { ...actual, recalled };
});

async function told(inputs: readonly LintInput[], isOff: boolean): Promise<string> {
  memory.isOff = isOff;
  return proofText(await lintWithLanguages(inputs, { rules: null, forge: null, fates: true }), null);
}

describe('a run that is recalled tells what it would have told if it were run again', () => {
  it.each([...readRepositories()])('%s', async (_, files) => {
    const inputs = files.map(({ input }) => input);
    expect(await told(inputs, false)).toBe(await told(inputs, true));
  });

  const flows = readFixtures().filter(({ name }) => !name.startsWith('flow/'));
  it.each(flows)('$name', async ({ input }) => {
    expect(await told([input], false)).toBe(await told([input], true));
  });

  it.each([...generatedWorkflows(12, 11)])('%s', async (path, text) => {
    const input: LintInput = { source: { path, text }, forge: 'github', kind: 'workflow' };
    expect(await told([input], false)).toBe(await told([input], true));
  });

  it('and many are recalled', () => {
    expect(memory.recalled).toBeGreaterThan(500);
  });
});
