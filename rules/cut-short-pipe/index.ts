import { type CutShort, cutShort } from '../../src/analyse/cut-short.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';

const messages = {
  cutShort: ({ writer, reader }: CutShort): Message => ({
    message: `${reader} stops reading before ${writer} has written all, and with pipefail ${writer} fails the step then: it is red on one day and green on the next`,
    help: `take the output first, and cut it then:  out=$(${writer} …); ${reader} … <<< "$out"`,
  }),
};

export const rule = defineRule({
  meta: {
    id: 'cut-short-pipe',
    severity: 'warning',
    summary:
      'A pipe under pipefail whose reader stops early, so that the command in front of it fails by chance.',
    preset: 'strict',
    options: {
      commands: {
        description: 'the commands that write, by their first words, such as "docker info"',
        type: 'array',
        items: {
          description: 'words with one space between them',
          type: 'string',
          pattern: '^\\S+( \\S+)*$',
        },
        default: ['docker'],
      },
    },
  },
  messages,
  check({ file, options, knowledge, onEachForge, report }) {
    if (!('triggers' in file)) return;
    for (const pipe of onEachForge((dialect) => cutShort(file, dialect, options.commands, knowledge)))
      report({ messageId: 'cutShort', data: pipe, about: pipe });
  },
});
