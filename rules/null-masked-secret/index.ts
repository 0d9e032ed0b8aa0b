import { type NullText, nullTexts } from '../../src/analyse/null-text.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';

const messages = {
  nullPasses: ({ variable, by }: NullText): Message =>
    by.kind === 'jq'
      ? {
          message: `where the JSON has no ${by.filter}, jq prints the text null, and the test whether ${variable} is empty passes it`,
          help: `make nothing of nothing:  jq -r '${by.filter} // empty',  or let jq fail:  jq -er '${by.filter}'`,
        }
      : {
          message: `where ${asked(by)} finds nothing, the text ${by.word} is printed, and the test whether ${variable} is empty passes it`,
          help: helpFor(by),
        },
  nullValuePasses: ({ variable, by }: NullText & { readonly by: ByProgram }): Message => ({
    message: `where the JSON says null for ${asked(by)}, the text ${by.word} is printed, and the test whether ${variable} is empty passes it`,
    help: helpFor(by),
  }),
};

type ByProgram = Extract<NullText['by'], { kind: 'program' }>;

/** The expression on one line, shortened. */
function asked({ asked: text }: ByProgram): string {
  const line = text.split(/\s+/).join(' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

function helpFor(by: ByProgram): string {
  return by.language === 'python'
    ? 'make nothing of nothing:  print(… or "")'
    : 'make nothing of nothing:  … ?? ""';
}

export const rule = defineRule({
  meta: {
    id: 'null-masked-secret',
    severity: 'warning',
    summary:
      'A value taken from JSON that becomes the text null, and so passes the test that was to catch its absence.',
  },
  messages,
  check({ file, onEachForge, report }) {
    for (const text of onEachForge((dialect) => nullTexts(file, dialect))) {
      const { by } = text;
      // A key that is not there is an error then, which is what the test was for.
      if (by.kind === 'program' && by.when === 'null')
        report({ messageId: 'nullValuePasses', data: { ...text, by }, about: text, severity: 'note' });
      else report({ messageId: 'nullPasses', data: text, about: text });
    }
  },
});
