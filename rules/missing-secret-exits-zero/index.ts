import type { Hole } from '../../src/analyse/analyse.js';
import type { Message, Rule } from '../../src/lint/rule.js';
import {
  FORK_TEST,
  neverRuns,
  orOptional,
  runsOnPullRequests,
  secretsOf,
  stepTitle,
} from '../../src/lint/words.js';

const messages = {
  exitsZero: (hole: Hole): Message => ({
    message: `${stepTitle(hole.step)} passes without ${secretsOf(hole)}: ${neverRuns(hole)}`,
    help: `${help(hole)}${orOptional(hole)}`,
  }),
};

function help(hole: Hole): string {
  const [secret = 'the secret'] = hole.secrets;
  const fails = `echo "::error::${secret} is missing: provision it in the repository's secrets"; exit 1`;
  if (!runsOnPullRequests(hole)) return `fail where the secret is due:\n${fails}`;
  return `fail where the secret is due, keep the soft path for fork pull requests only:\nif [ "$FORK_PR" != true ]; then ${fails}; fi\nwith, in the step's env:  FORK_PR: \${{ ${FORK_TEST} }}`;
}

export const rule: Rule = {
  meta: {
    id: 'missing-secret-exits-zero',
    severity: 'error',
    summary: 'A script that ends with status 0 when a secret is missing, its work undone.',
  },
  check: (context) =>
    context
      .holes('exits-zero')
      .map((hole) => ({ messageId: 'exitsZero', about: hole, message: messages.exitsZero(hole) })),
};
