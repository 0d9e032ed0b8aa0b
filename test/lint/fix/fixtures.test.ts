import { describe, expect, it } from 'vitest';
import { fixToFixedPoint } from '../../../src/lint/fix/fixed-point.js';
import { lintWithLanguages } from '../../../src/lint/languages.js';
import { positionAt } from '../../../src/text/source.js';
import { asking, expectToMend } from '../../support/fixing.js';
import { readFixtures } from '../../support/fixtures.js';

const all = ['safe', 'unsafe'] as const;
const mendable = /^(missing-secret|fork-guard)-/;

describe('every proved finding of the rules about missing secrets and forks', () => {
  it('offers a fix', { timeout: 300_000 }, async () => {
    const bare: string[] = [];
    for (const fixture of readFixtures()) {
      const { findings } = await lintWithLanguages([fixture.input], asking);
      for (const { rule, confidence, fix, span } of findings) {
        if (fix || confidence === 'likely' || !mendable.test(rule)) continue;
        bare.push(`${fixture.name}:${positionAt(span.source, span.start).line}`);
      }
    }
    expect(bare).toEqual([]);
  });
});

describe('every fix of every fixture', () => {
  for (const fixture of readFixtures()) {
    if (fixture.expectations.length === 0) continue;
    it(`mends ${fixture.name} and does nothing else`, async () => {
      const { findings } = await lintWithLanguages([fixture.input], asking);
      for (const finding of findings) {
        if (finding.fix) await expectToMend([fixture.input], findings, finding);
      }
      const fixed = await fixToFixedPoint([fixture.input], asking, all);
      const left = fixed.result.findings.filter(({ fix }) => fix !== null);
      expect(left).toEqual([]);
      // What had a fix is gone, and what had none is still there.
      expect(fixed.result.findings.length).toBeLessThanOrEqual(
        findings.filter(({ fix }) => fix === null).length,
      );
    });
  }
});
