import { envNamesOf, secretsOf, stepTitle } from '../../src/lint/words.js';
const messages = {
    vague: (guard) => ({
        message: `${stepTitle(guard.step)} fails without ${secretsOf(guard)}, as it should, but no ::error:: line says so`,
        help: `before it ends:  echo "::error::${guard.secrets[0] ?? 'the secret'} is missing: provision it in the repository's secrets"`,
    }),
};
/** Does an annotation name the secret, by its own name or by the variable that it stands in? */
function isNamed(guard) {
    const names = [...guard.secrets, ...envNamesOf(guard)].map((name) => name.toLowerCase());
    return guard.said.some((text) => names.some((name) => text.toLowerCase().includes(name)));
}
export const rule = {
    meta: {
        id: 'vague-missing-secret',
        severity: 'note',
        summary: 'A step that fails when a secret is missing, without an ::error:: that names it.',
    },
    check: (context) => context
        .guards()
        .filter((guard) => !guard.selfExplaining && !isNamed(guard))
        .map((guard) => ({ messageId: 'vague', about: guard, message: messages.vague(guard) })),
};
