import { FORK_TEST, jobTitle, listed, neverRuns, secretsOf, stepTitle } from '../../src/lint/words.js';
const messages = {
    tooWide: (hole) => ({
        message: `${hole.step ? stepTitle(hole.step) : jobTitle(hole)} lets more than forks pass without ${secretsOf(hole)}: on ${listed(hole.contexts)}, ${neverRuns(hole)}`,
        help: `let the soft path hold for pull requests from forks and for nothing else:\nin the env of the step:  FORK_PR: \${{ ${FORK_TEST} }}\nand fail unless [ "$FORK_PR" = true ]; an event that nobody listed is trusted`,
    }),
};
export const rule = {
    meta: {
        id: 'fork-guard-too-wide',
        severity: 'error',
        summary: 'A soft path meant for pull requests from forks that a trusted event takes too.',
    },
    check: (context) => context.tooWide().map((hole) => ({ messageId: 'tooWide', about: hole, message: messages.tooWide(hole) })),
};
