import { lostOf, secretsOf, stepTitle } from '../../src/lint/words.js';
const messages = {
    masked: (hole) => ({
        message: `${stepTitle(hole.step)} fails without ${secretsOf(hole)}, and nobody sees it: ${lostOf(hole)} is not done and the job is green`,
        help: help(hole),
    }),
};
function help(hole) {
    switch (hole.by) {
        case 'continue-on-error':
            return 'drop continue-on-error, or let a later step test steps.<id>.outcome and fail';
        case '|':
            return 'set -o pipefail, or shell: bash, so that the failure on the left of the pipe counts';
        case '||':
            return 'drop what follows ||, or end it with exit 1';
        case 'curl':
            return 'curl --fail-with-body ends with a status that is not 0 when the server refuses';
        default:
            return 'let the failure end the step with a status that is not 0';
    }
}
export const rule = {
    meta: {
        id: 'missing-secret-masked',
        severity: 'warning',
        summary: 'The failure that a missing secret causes is swallowed.',
    },
    check: (context) => context
        .holes('masked')
        .map((hole) => ({ messageId: 'masked', about: hole, message: messages.masked(hole) })),
};
