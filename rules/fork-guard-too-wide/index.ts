import type { Hole } from '../../src/analyse/analyse.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { FORK_TEST, jobTitle, listed, neverRuns, secretsOf, stepTitle } from '../../src/lint/words.js';

const messages = {
  tooWide: (hole: Hole): Message => ({
    message: `${hole.step ? stepTitle(hole.step) : jobTitle(hole)} lets more than forks pass without ${secretsOf(hole)}: on ${listed(hole.contexts)}, ${neverRuns(hole)}`,
    help: `let the soft path hold for pull requests from forks and for nothing else:\nin the env of the step:  FORK_PR: \${{ ${FORK_TEST} }}\nand fail unless [ "$FORK_PR" = true ]; an event that nobody listed is trusted`,
  }),
};

export const rule = defineRule({
  meta: {
    id: 'fork-guard-too-wide',
    severity: 'error',
    summary: 'A soft path meant for pull requests from forks that a trusted event takes too.',
  },
  messages,
  check({ tooWide, report, fix }) {
    for (const hole of tooWide())
      report({ messageId: 'tooWide', data: hole, about: hole, fix: fix.hole(hole) });
  },
});
