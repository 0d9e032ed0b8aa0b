import { type StatusCapture, statusCaptures } from '../../src/analyse/status-capture.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';

const messages = {
  printedTwice: ({ fallback }: StatusCapture): Message => ({
    message: `where curl fails it has printed a status already, and ${shown(fallback)} is put behind it: without an answer this is ${example('000', fallback)}`,
    help: 'curl prints 000 by itself when there is no answer, so drop the fallback; where its failure must not end the script, put || true in its place',
  }),
  refusalPrintedTwice: ({ fallback }: StatusCapture): Message => ({
    message: `with --fail curl prints the status of a refusal and fails, and ${shown(fallback)} is put behind it: a 404 is captured as ${example('404', fallback)}`,
    help: 'curl prints the status by itself, 000 when there is no answer: put || true in the place of the fallback, and test the status',
  }),
};

function shown(fallback: string | null): string {
  return fallback === null ? 'the fallback' : `'${fallback}'`;
}

function example(status: string, fallback: string | null): string {
  return fallback === null ? `two texts in one` : `'${status}${fallback.trimEnd()}'`;
}

export const rule = defineRule({
  meta: {
    id: 'polluted-status-capture',
    severity: 'warning',
    summary: 'An HTTP status captured from curl to which a fallback adds another.',
  },
  messages,
  check({ file, onEachForge, report }) {
    for (const capture of onEachForge((dialect) => statusCaptures(file, dialect))) {
      const messageId = capture.fails ? 'refusalPrintedTwice' : 'printedTwice';
      const weight = capture.fails || capture.asked ? {} : { severity: 'note' as const };
      report({ messageId, data: capture, about: capture, ...weight });
    }
  },
});
