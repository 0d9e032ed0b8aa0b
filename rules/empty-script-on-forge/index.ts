import type { EmptyScript } from '../../src/analyse/empty-script.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { forgeTitle, rawText, stepTitle } from '../../src/lint/words.js';

interface Blanked {
  readonly script: EmptyScript;
  /** The expression, and what is wrong with it. */
  readonly text: string;
  readonly error: string;
}

interface WithoutScript {
  readonly script: EmptyScript;
  readonly command: string;
}

const messages = {
  blanked: ({ script, text, error }: Blanked): Message => ({
    message: `on ${forgeTitle(script.forge)} ${stepTitle(script.step)} runs nothing and passes: ${text} cannot be evaluated (${error}), and that makes the whole script empty`,
    help: 'mend the expression; a value that a script computes is better passed in by env, and tested there',
  }),
  shellWithoutScript: ({ script, command }: WithoutScript): Message => ({
    message: `on ${forgeTitle(script.forge)} ${users(script)} and passes: without {0} '${command}' never gets the script`,
    help: `add the place of the script: shell: ${command} {0}`,
  }),
};

/** Who runs nothing: a step, or all that the default is for. */
function users(script: EmptyScript): string {
  if (script.step) return `${stepTitle(script.step)} runs nothing`;
  if (!script.job) return 'every script with the default shell runs nothing';
  return `every script of job "${rawText(script.job.name) ?? script.job.id}" with the default shell runs nothing`;
}

export const rule = defineRule({
  meta: {
    id: 'empty-script-on-forge',
    severity: 'error',
    summary: 'An expression or a shell with which the runner runs nothing, and the step passes.',
  },
  messages,
  check({ emptyScripts, report }) {
    for (const script of emptyScripts()) {
      const { reason } = script;
      if (reason.kind === 'shell') {
        report({ messageId: 'shellWithoutScript', data: { script, command: reason.command }, about: script });
      } else {
        const { text, error } = reason;
        report({ messageId: 'blanked', data: { script, text, error }, about: script });
      }
    }
  },
});
