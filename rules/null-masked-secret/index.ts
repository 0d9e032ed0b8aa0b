import { type NullText, nullTexts } from '../../src/analyse/null-text.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';

const messages = {
  nullPasses: ({ variable, tool, filter }: NullText): Message => ({
    message: `where the JSON has no ${filter}, ${tool} prints the text null, and the test whether ${variable} is empty passes it`,
    help: `make nothing of nothing:  ${tool} -r '${filter} // empty',  or let ${tool} fail:  ${tool} -er '${filter}'`,
  }),
};

export const rule = defineRule({
  meta: {
    id: 'null-masked-secret',
    severity: 'warning',
    summary:
      'A value taken from JSON that becomes the text null, and so passes the test that was to catch its absence.',
  },
  messages,
  check({ file, onEachForge, report }) {
    for (const text of onEachForge((dialect) => nullTexts(file, dialect)))
      report({ messageId: 'nullPasses', data: text, about: text });
  },
});
