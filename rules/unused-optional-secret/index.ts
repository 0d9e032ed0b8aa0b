import type { ClosingRule, Message } from '../../src/lint/rule.js';

const messages = {
  unused: (name: string): Message => ({
    message: `no workflow uses the secret ${name} that the configuration calls optional`,
    help: 'remove it from optional-secrets, or correct its name',
  }),
};

export const rule: ClosingRule = {
  meta: {
    id: 'unused-optional-secret',
    severity: 'warning',
    summary: 'A secret that the configuration calls optional and that no workflow uses.',
    unignorable: true,
  },
  close: ({ optionalSecrets }) =>
    optionalSecrets.map((about) => ({
      messageId: 'unused',
      about,
      message: messages.unused(about.secret.name),
    })),
};
