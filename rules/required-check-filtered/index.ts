import { pathFilters } from '../../src/analyse/checks.js';
import type { Forge } from '../../src/forge/forge.js';
import { defineRule } from '../../src/lint/define.js';
import { contextsOption, requiredChecks } from '../../src/lint/required.js';
import type { Message } from '../../src/lint/rule.js';
import { forgeTitle } from '../../src/lint/words.js';

interface Filtered {
  readonly required: string;
  readonly event: string;
  readonly key: string;
  readonly forge: Forge;
}

const messages = {
  neverPosted: ({ required, event, key, forge }: Filtered): Message => ({
    message: `the check '${required}' is required, and ${key} below ${event} keeps its workflow from some pull requests: ${forgeTitle(forge)} waits for it for ever there`,
    help: `drop ${key}, and let the job itself see what has changed: a step that looks at git diff and ends early, with a line that says so`,
  }),
};

export const rule = defineRule({
  meta: {
    id: 'required-check-filtered',
    severity: 'warning',
    summary: 'A required check whose workflow a path filter keeps from running.',
    preset: 'strict',
    options: { contexts: contextsOption },
  },
  messages,
  check({ file, options, report, ...asked }) {
    if (!('triggers' in file)) return;
    const checks = requiredChecks(file, asked, options.contexts);
    for (const { event, pair } of pathFilters(file)) {
      const found = checks.find(({ check }) => check.event === '' || check.event === event);
      if (!found) continue;
      const { required, forge, check } = found;
      report({
        messageId: 'neverPosted',
        data: { required, event, key: pair.key.text.text, forge },
        about: {
          span: pair.key.span,
          forge,
          contexts: [event],
          witness: [
            { span: pair.key.span, text: 'other changes start nothing' },
            { span: check.job.key.span, text: 'so that this is never posted' },
          ],
        },
      });
    }
  },
});
