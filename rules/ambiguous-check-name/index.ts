import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';

const messages = {
  slash: (name: string): Message => ({
    message: `the name '${name}' has a slash in it, and statuses are called workflow / job (event): what reads them cannot tell where the workflow ends`,
    help: 'take another sign, such as a dash',
  }),
};

export const rule = defineRule({
  meta: {
    id: 'ambiguous-check-name',
    severity: 'warning',
    summary:
      'The name of a workflow or a job with a slash in it, on a forge whose statuses are told apart by slashes.',
    preset: 'strict',
  },
  messages,
  check({ file, forges, report }) {
    if (!('triggers' in file) || !forges.some((forge) => forge !== 'github')) return;
    for (const { name, job } of [
      { name: file.name, job: null },
      ...file.jobs.map((one) => ({ name: one.name, job: one })),
    ]) {
      const text = name?.parts.every((part) => part.kind === 'text') ? name.scalar.text.text.trim() : '';
      if (name && text.includes('/'))
        report({ messageId: 'slash', data: text, about: { span: name.scalar.span, job } });
    }
  },
});
