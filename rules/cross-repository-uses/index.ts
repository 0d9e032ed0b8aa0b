import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import type { Job, Step, Template } from '../../src/model/model.js';

const messages = {
  elsewhere: (text: string): Message => ({
    message: `'${text}' is looked for where the server has its actions from, which may be another host than this one`,
    help: 'write the whole address, https://HOST/OWNER/NAME/…@REF, or keep a copy in this repository: ./…',
  }),
};

export const rule = defineRule({
  meta: {
    id: 'cross-repository-uses',
    severity: 'warning',
    summary:
      'A uses: of a folder or a workflow in another repository, on a forge that looks for it elsewhere.',
    preset: 'strict',
    options: {
      allow: {
        description: 'what may be used all the same: owner/name, or owner/* for all of an owner',
        type: 'array',
        items: { description: 'owner/name or owner/*', type: 'string', pattern: '^[\\w.-]+/([\\w.-]+|\\*)$' },
        default: ['actions/*'],
      },
    },
  },
  messages,
  check({ file, forges, options, report }) {
    if (!forges.some((forge) => forge !== 'github')) return;
    const jobs: readonly (Job | null)[] = 'triggers' in file ? file.jobs : [null];
    for (const job of jobs) {
      const steps = job ? job.steps : 'triggers' in file ? [] : (file.steps ?? []);
      tell(job?.uses ?? null, job, null);
      for (const step of steps) tell(step.uses, job, step);
    }

    function tell(uses: Template | null, job: Job | null, step: Step | null): void {
      const text = uses?.scalar.text.text.trim() ?? '';
      const [path = ''] = text.split('@');
      const [owner = '', name = '', ...inside] = path.split('/');
      if (!uses || inside.length === 0 || /^\.|:|\$\{\{/.test(path)) return;
      if (options.allow.some((one) => one === `${owner}/${name}` || one === `${owner}/*`)) return;
      report({
        messageId: 'elsewhere',
        data: text,
        about: { span: uses.scalar.span, job, step, confidence: 'likely' },
      });
    }
  },
});
