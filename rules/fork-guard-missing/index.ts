import type { Guard } from '../../src/analyse/analyse.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { FORK_TEST, listed, stepTitle } from '../../src/lint/words.js';

const messages = {
  blocksForks: (guard: Guard): Message => ({
    message: `${stepTitle(guard.step)} fails every pull request from a fork: it cannot have ${listed(guard.secrets)}`,
    help: `keep a soft path for pull requests from forks, and for nothing else:\nin the env of the step:  FORK_PR: \${{ ${FORK_TEST} }}\nand with [ "$FORK_PR" = true ] print a ::warning:: and exit 0`,
  }),
};

export const rule = defineRule({
  meta: {
    id: 'fork-guard-missing',
    severity: 'note',
    summary: 'A hard failure on a missing secret that blocks pull requests from forks too.',
  },
  messages,
  check({ forkGuards, report, fix }) {
    for (const guard of forkGuards()) {
      if (!guard.always || !guard.contexts.includes('pull_request:fork')) continue;
      report({ messageId: 'blocksForks', data: guard, about: guard, fix: fix.blockedForks(guard) });
    }
  },
});
