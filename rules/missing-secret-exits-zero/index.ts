import type { Hole } from '../../src/analyse/analyse.js';
import type { Message, Rule } from '../../src/lint/rule.js';
import {
  FORK_TEST,
  isJavaScript,
  neverRuns,
  runsOnPullRequests,
  secretsOf,
  stepTitle,
} from '../../src/lint/words.js';

const messages = {
  exitsZero: (hole: Hole): Message => ({
    message: `${stepTitle(hole.step)} passes without ${secretsOf(hole)}: ${neverRuns(hole)}`,
    help: help(hole),
  }),
};

function help(hole: Hole): string {
  const [secret = 'the secret'] = hole.secrets;
  const told = `::error::${secret} is missing: provision it in the repository's secrets`;
  const script = isJavaScript(hole);
  const fails = script ? `console.log("${told}"); process.exit(1);` : `echo "${told}"; exit 1`;
  if (!runsOnPullRequests(hole)) return `fail where the secret is due:\n${fails}`;
  const guarded = script
    ? `if (process.env.FORK_PR !== 'true') { ${fails} }`
    : `if [ "$FORK_PR" != true ]; then ${fails}; fi`;
  return `fail where the secret is due, keep the soft path for fork pull requests only:\n${guarded}\nwith, in the step's env:  FORK_PR: \${{ ${FORK_TEST} }}`;
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
