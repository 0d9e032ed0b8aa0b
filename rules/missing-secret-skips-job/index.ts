import type { Hole } from '../../src/analyse/analyse.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import {
  FORK_TEST,
  jobTitle,
  neverRuns,
  orOptional,
  runsOnPullRequests,
  secretsOf,
} from '../../src/lint/words.js';

const messages = {
  skipsJob: (hole: Hole): Message => ({
    message: `${jobTitle(hole)} is skipped without ${secretsOf(hole)}, and a skipped job counts as passed: ${neverRuns(hole)}`,
    help: `${help(hole)}${orOptional(hole)}`,
  }),
};

function help(hole: Hole): string {
  const [secret = 'the secret'] = hole.secrets;
  const guard = `drop the condition and let the job's first step fail when ${secret} is empty (echo "::error::${secret} is missing"; exit 1)`;
  if (!runsOnPullRequests(hole)) return guard;
  return `${guard};\nwhere fork pull requests must pass, skip for them only:  if: \${{ !(${FORK_TEST}) }}`;
}

export const rule = defineRule({
  meta: {
    id: 'missing-secret-skips-job',
    severity: 'error',
    summary: 'A job whose condition turns false when a secret is missing: skipped counts as passed.',
  },
  messages,
  check({ holes, report, fix }) {
    for (const hole of holes('skips-job'))
      report({ messageId: 'skipsJob', data: hole, about: hole, fix: fix.hole(hole) });
  },
});
