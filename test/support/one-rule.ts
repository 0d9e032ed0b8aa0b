import { expect } from 'vitest';
import type { ForgeFacts } from '../../src/forge/facts.js';
import { type Forge, forges } from '../../src/forge/forge.js';
import { type LintOptions, lint } from '../../src/lint/lint.js';
import { noSettings } from '../../src/lint/settings.js';
import { positionAt } from '../../src/text/source.js';

export interface Given {
  readonly options?: Readonly<Record<string, unknown>>;
  /** The path of the file, which says whose it is. */
  readonly path?: string;
  readonly facts?: ForgeFacts;
  readonly today?: string;
  /** The text of the file in the base; null where it did not exist there. */
  readonly base?: string | null;
}

/** What one rule says of a workflow: `messageId:line`, and `not judged: …` for what it could not judge. */
export function toldBy(id: string, text: string, given: Given = {}): string[] {
  const { path = '.gitea/workflows/ci.yml', facts, today, base, options = {} } = given;
  const forge: Forge | null = forges.find((one) => path.startsWith(`.${one}/`)) ?? null;
  const more: Partial<LintOptions> = { ...(facts && { forgeFacts: facts }), ...(today && { today }) };
  const result = lint([{ source: { path, text }, kind: 'workflow', forge }], {
    rules: [id],
    forge: null,
    complete: true,
    base:
      base === undefined ? null : { revision: 'main', files: new Map(base === null ? [] : [[path, base]]) },
    settings: { ...noSettings, options: new Map([[id, options]]) },
    ...more,
  });
  expect(result.errors.map(({ message }) => message)).toEqual([]);
  return [
    ...result.findings.map(
      ({ messageId, span }) => `${messageId}:${positionAt(span.source, span.start).line}`,
    ),
    ...result.rulesNotJudged.map(({ reason }) => `not judged: ${reason}`),
  ];
}
