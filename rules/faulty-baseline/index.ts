import type { FaultyEntry } from '../../src/lint/baseline.js';
import type { ClosingRule, Message } from '../../src/lint/rule.js';

const messages = {
  stale: ({ entry }: FaultyEntry): Message => ({
    message: `the baseline accepts a finding that is gone: ${entry.rule} in ${entry.file}`,
    help: 'remove the entry, or let hardfail baseline prune do it',
  }),
  noReason: ({ entry }: FaultyEntry): Message => ({
    message: `the baseline accepts ${entry.rule} in ${entry.file} without a reason, so the finding still counts`,
    help: 'say in "reason" why the finding may stay, or mend it',
  }),
  twice: ({ entry }: FaultyEntry): Message => ({
    message: `the baseline accepts one finding twice: ${entry.rule} in ${entry.file}`,
    help: 'remove one of the two entries',
  }),
};

function messageIdOf({ problem }: FaultyEntry): keyof typeof messages {
  switch (problem) {
    case 'stale':
      return 'stale';
    case 'no-reason':
      return 'noReason';
    case 'twice':
      return 'twice';
  }
}

export const rule: ClosingRule = {
  meta: {
    id: 'faulty-baseline',
    severity: 'error',
    summary: 'An entry of the baseline whose finding is gone, or that has no reason.',
    unignorable: true,
  },
  close: ({ entries }) =>
    entries.map((about) => {
      const messageId = messageIdOf(about);
      return { messageId, about, message: messages[messageId](about) };
    }),
};
