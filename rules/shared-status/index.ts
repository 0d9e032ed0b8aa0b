import { type SharedStatus, sharedStatuses } from '../../src/analyse/shared-status.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { forgeTitle } from '../../src/lint/words.js';

const messages = {
  hidesAnother: ({ context, other, forge }: SharedStatus): Message => ({
    message: `${forgeTitle(forge)} keeps one status '${context}', and job ${other.job} in ${other.path} posts it too: whichever ends last is seen, and a failure of the other is not`,
    help: 'give one of the two jobs, or their workflows, another name',
  }),
};

export const rule = defineRule({
  meta: {
    id: 'shared-status',
    severity: 'warning',
    summary: 'Two jobs that post their status under one name, so that one hides the failure of the other.',
  },
  messages,
  check({ file, forges, workflows, onEachForge, report }) {
    if (!('triggers' in file) || forges.length !== 1) return;
    // On GitHub each run keeps its own checks, and the other workflows need not be read.
    if (forges.includes('github')) return;
    for (const status of onEachForge((dialect) => sharedStatuses(file, workflows(), dialect)))
      report({ messageId: 'hidesAnother', data: status, about: status });
  },
});
