import { forgeTitle, rawText, stepTitle } from '../../src/lint/words.js';
const messages = {
    blanked: (script, text, error) => ({
        message: `on ${forgeTitle(script.forge)} ${stepTitle(script.step)} runs nothing and passes: ${text} cannot be evaluated (${error}), and that makes the whole script empty`,
        help: 'mend the expression; a value that a script computes is better passed in by env, and tested there',
    }),
    shellWithoutScript: (script, command) => ({
        message: `on ${forgeTitle(script.forge)} ${users(script)} and passes: without {0} '${command}' never gets the script`,
        help: `add the place of the script: shell: ${command} {0}`,
    }),
};
/** Who runs nothing: a step, or all that the default is for. */
function users(script) {
    if (script.step)
        return `${stepTitle(script.step)} runs nothing`;
    if (!script.job)
        return 'every script with the default shell runs nothing';
    return `every script of job "${rawText(script.job.name) ?? script.job.id}" with the default shell runs nothing`;
}
export const rule = {
    meta: {
        id: 'empty-script-on-forge',
        severity: 'error',
        summary: 'An expression or a shell with which the runner runs nothing, and the step passes.',
    },
    check: (context) => context.emptyScripts().map((script) => {
        const { reason } = script;
        return reason.kind === 'shell'
            ? {
                messageId: 'shellWithoutScript',
                about: script,
                message: messages.shellWithoutScript(script, reason.command),
            }
            : {
                messageId: 'blanked',
                about: script,
                message: messages.blanked(script, reason.text, reason.error),
            };
    }),
};
