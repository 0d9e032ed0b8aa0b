import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { ownerTitle } from '../../src/lint/words.js';
import type { Job } from '../../src/model/model.js';

const messages = {
  missing: (job: Job): Message => ({
    message: `${ownerTitle({ job, step: null })} has no timeout-minutes: one that hangs keeps its runner for hours`,
    help: 'say how long it may take at most, such as  timeout-minutes: 20',
  }),
};

export const rule = defineRule({
  meta: {
    id: 'missing-timeout',
    severity: 'warning',
    summary: 'A job without timeout-minutes.',
    preset: 'strict',
    options: {
      labels: {
        description: 'only jobs whose runs-on has one of these labels; empty for every job',
        type: 'array',
        items: { description: 'a label', type: 'string', minLength: 1 },
        default: [],
      },
    },
  },
  messages,
  check({ file, options, report }) {
    if (!('triggers' in file)) return;
    for (const job of file.jobs) {
      // The jobs of a called workflow have their own.
      if (job.timeout || job.uses || !isMeant(job, options.labels)) continue;
      if (job.steps.length > 0 && job.steps.every((step) => step.timeout !== null)) continue;
      report({ messageId: 'missing', data: job, about: { span: job.key.span, job } });
    }
  },
});

function isMeant({ runsOn }: Job, labels: readonly string[]): boolean {
  if (labels.length === 0) return true;
  const nodes = runsOn?.kind === 'list' ? runsOn.items : [runsOn];
  return nodes.some((node) => node?.kind === 'scalar' && labels.includes(node.text.text.trim()));
}
