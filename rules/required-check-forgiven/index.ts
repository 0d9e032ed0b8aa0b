import { defineRule } from '../../src/lint/define.js';
import { contextsOption, requiredChecks } from '../../src/lint/required.js';
import type { Message } from '../../src/lint/rule.js';
import { ownerTitle, stepTitle } from '../../src/lint/words.js';
import type { Job, Step } from '../../src/model/model.js';

interface Forgiven {
  readonly required: string;
  readonly job: Job;
  readonly step: Step | null;
}

const messages = {
  forgiven: ({ required, job, step }: Forgiven): Message => ({
    message: `the check '${required}' is required, and continue-on-error forgives ${step ? stepTitle(step) : ownerTitle({ job, step: null })}: it passes with what has failed`,
    help: 'drop continue-on-error; what may fail for now belongs into a job that is not required',
  }),
};

export const rule = defineRule({
  meta: {
    id: 'required-check-forgiven',
    severity: 'warning',
    summary: 'A required check that passes although its job, or a step of it, has failed.',
    preset: 'strict',
    options: {
      contexts: contextsOption,
      steps: {
        description: 'whether continue-on-error of a single step counts too',
        type: 'boolean',
        default: false,
      },
    },
  },
  messages,
  check({ file, options, report, ...asked }) {
    if (!('triggers' in file)) return;
    const told = new Set<Job>();
    for (const { check, required, forge } of requiredChecks(file, asked, options.contexts)) {
      const { job } = check;
      if (told.has(job)) continue;
      told.add(job);
      const steps = options.steps ? job.steps : [];
      for (const step of [null, ...steps]) {
        const flag = (step ?? job).continueOnError;
        if (!flag || flag.literal === false) continue;
        report({
          messageId: 'forgiven',
          data: { required, job, step },
          about: {
            span: flag.span,
            job,
            step,
            forge,
            confidence: flag.literal === null ? 'likely' : 'proved',
            witness: [{ span: flag.span, text: 'a failure counts as success' }],
          },
        });
      }
    }
  },
});
