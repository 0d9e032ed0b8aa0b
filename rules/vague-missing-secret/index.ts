import type { Guard } from '../../src/analyse/analyse.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { isNamed, secretsOf, stepTitle } from '../../src/lint/words.js';

const messages = {
  vague: (guard: Guard): Message => ({
    message: `${stepTitle(guard.step)} fails without ${secretsOf(guard)}, as it should, but no ::error:: line says so`,
    help: `before it ends:  echo "::error::${guard.secrets[0] ?? 'the secret'} is missing: provision it in the repository's secrets"`,
  }),
};

export const rule = defineRule({
  meta: {
    id: 'vague-missing-secret',
    severity: 'note',
    summary: 'A step that fails when a secret is missing, without an ::error:: that names it.',
  },
  messages,
  check({ file, guards, report, fix }) {
    for (const guard of guards()) {
      if (guard.selfExplaining || isNamed(guard, file)) continue;
      report({ messageId: 'vague', data: guard, about: guard, fix: fix.vague(guard) });
    }
  },
});
