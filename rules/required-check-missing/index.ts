import { type Check, checksOf, meets } from '../../src/analyse/checks.js';
import type { Forge } from '../../src/forge/forge.js';
import { defineRule } from '../../src/lint/define.js';
import { contextsOption, requiredOn } from '../../src/lint/required.js';
import type { Message } from '../../src/lint/rule.js';
import { forgeTitle } from '../../src/lint/words.js';
import { nearest } from '../../src/text/nearest.js';

interface Missing {
  readonly required: string;
  readonly forge: Forge;
  readonly near: string | null;
}

const messages = {
  neverPosted: ({ required, forge, near }: Missing): Message => ({
    message: `the check '${required}' is required, and no job of the workflows posts it: ${forgeTitle(forge)} waits for it for ever`,
    help:
      near === null
        ? 'bring the job back, take the check out of the branch protection, or say in external that it comes from elsewhere'
        : `did you mean '${near}'? correct the branch protection, or the name of the workflow or the job`,
  }),
};

export const rule = defineRule({
  meta: {
    id: 'required-check-missing',
    severity: 'warning',
    summary: 'A required check that no workflow of the repository posts.',
    preset: 'strict',
    options: {
      contexts: contextsOption,
      external: {
        description: 'required checks that do not come from a workflow of this repository',
        type: 'array',
        items: { description: 'the name of a check', type: 'string', minLength: 1 },
        default: [],
      },
    },
  },
  messages,
  check({ file, first, workflows, complete, options, report, ...asked }) {
    // It is a question about all workflows together, and asked once.
    if (!first || !('triggers' in file)) return;
    if (!complete) return asked.notJudged('what no workflow posts is only seen where all of them are linted');
    for (const { forge, contexts } of requiredOn(asked, options.contexts)) {
      const checks = workflows()
        .filter((one) => isOf(one.source.path, forge))
        .flatMap((one) => checksOf(one, forge));
      for (const required of contexts) {
        if (options.external.includes(required) || isPosted(required, checks, forge)) continue;
        const known = checks.flatMap(({ context }) => context ?? []);
        const span = file.triggers[0]?.key.span ?? { source: file.source, start: 0, end: 0 };
        report({
          messageId: 'neverPosted',
          data: { required, forge, near: nearest(required, known) ?? null },
          about: { span, forge, confidence: 'likely' },
        });
      }
    }
  },
});

function isPosted(required: string, checks: readonly Check[], forge: Forge): boolean {
  return checks.some((check) => meets(check, required, forge) !== 'no');
}

/** Does the forge run the file? Gitea and Forgejo read the folder of GitHub too. */
function isOf(path: string, forge: Forge): boolean {
  const isGitHubs = path.includes('.github/workflows/');
  return forge === 'github' ? isGitHubs || !/\.(gitea|forgejo)\//.test(path) : true;
}
