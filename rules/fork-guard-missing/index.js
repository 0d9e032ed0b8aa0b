import { FORK_TEST, secretsOf, stepTitle } from '../../src/lint/words.js';
const messages = {
    blocksForks: (guard) => ({
        message: `${stepTitle(guard.step)} fails every pull request from a fork: it cannot have ${secretsOf(guard)}`,
        help: `keep a soft path for pull requests from forks, and for nothing else:\nin the env of the step:  FORK_PR: \${{ ${FORK_TEST} }}\nand with [ "$FORK_PR" = true ] print a ::warning:: and exit 0`,
    }),
};
export const rule = {
    meta: {
        id: 'fork-guard-missing',
        severity: 'note',
        summary: 'A hard failure on a missing secret that blocks pull requests from forks too.',
    },
    check: (context) => context
        .forkGuards()
        .filter((guard) => guard.always && guard.contexts.includes('pull_request:fork'))
        .map((guard) => ({ messageId: 'blocksForks', about: guard, message: messages.blocksForks(guard) })),
};
