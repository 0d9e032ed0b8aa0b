import { describe, expect, it } from 'vitest';
import { lintWithLanguages } from '../../../src/lint/languages.js';
import { asking } from '../../support/fixing.js';
import { readFixtures } from '../../support/fixtures.js';
import { generatedWorkflows } from '../../support/generate-repository.mjs';

// A fix is tried on the job that it changes and on what hangs together with that. What is told may not depend on it: a word that could
// be a directive makes hardfail judge the whole file again.

async function offered(path: string, text: string): Promise<readonly string[]> {
  const input = { source: { path, text }, kind: 'workflow', forge: 'github' } as const;
  const { findings } = await lintWithLanguages([input], asking);
  return findings.map(({ rule, span, fix, help }) => {
    const edits = fix?.edits.map((edit) => `${edit.span.start}-${edit.span.end} ${edit.text}`);
    return `${rule} ${span.start} ${edits ? edits.join('\n') : `no fix: ${help}`}`;
  });
}

function judgedWhole(text: string): string {
  return `${text}\n# hardfail\n`;
}

const several = readFixtures()
  .filter(({ input }) => input.kind === 'workflow' && !/hardfail/i.test(input.source.text))
  .map(({ name, input }) => ({ name, path: input.source.path, text: input.source.text }));

const generated = [...generatedWorkflows(12, 41, { meanSize: 6000 })].map(([path, text]) => ({
  name: `${path}, generated`,
  path,
  text,
}));

describe('a fix that is tried on the job that it changes', () => {
  it.each([...several, ...generated])(
    'is the one that is tried on the whole file: $name',
    async ({ path, text }) => {
      expect(await offered(path, text)).toEqual(await offered(path, judgedWhole(text)));
    },
  );
});
