import type { Hole } from '../../src/analyse/analyse.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import {
  FORK_TEST,
  neverRuns,
  orOptional,
  runsOnPullRequests,
  secretsOf,
  stepTitle,
} from '../../src/lint/words.js';

const messages = {
  skipsStep: (hole: Hole): Message => ({
    message: `${stepTitle(hole.step)} is skipped without ${secretsOf(hole)}, and the job is green: ${neverRuns(hole)}`,
    help: `${help(hole)}${orOptional(hole)}`,
  }),
};

function help(hole: Hole): string {
  const [secret = 'the secret'] = hole.secrets;
  const guard = `run a step in front of it that fails when ${secret} is empty (echo "::error::${secret} is missing"; exit 1), and drop the condition`;
  if (!runsOnPullRequests(hole)) return guard;
  return `${guard};\nwhere fork pull requests must pass, skip for them only:  if: \${{ !(${FORK_TEST}) }}`;
}

export const rule = defineRule({
  meta: {
    id: 'missing-secret-skips-step',
    severity: 'error',
    summary: 'A step whose condition turns false when a secret is missing, with the job still green.',
  },
  messages,
  check({ holes, report, fix }) {
    for (const hole of holes('skips-step'))
      report({ messageId: 'skipsStep', data: hole, about: hole, fix: fix.hole(hole) });
  },
});
