import { type DeadTrigger, deadTriggers } from '../../src/analyse/dead.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { forgeTitle } from '../../src/lint/words.js';

const messages = {
  neverFires: ({ event, forge, later }: DeadTrigger): Message => ({
    message: `${event} starts nothing: ${later ? 'this release of ' : ''}${forgeTitle(forge)} has no such event`,
    help: 'remove it, so that nobody counts on it, or let a schedule look for what it was to tell',
  }),
};

export const rule = defineRule({
  meta: {
    id: 'dead-trigger',
    severity: 'note',
    summary: 'An event in on: that the forge never fires, beside others that it does.',
  },
  messages,
  check({ file, forges, onEachForge, report }) {
    // A file of no known root may be another forge's.
    if (!('triggers' in file) || forges.length !== 1) return;
    for (const trigger of onEachForge((dialect) => deadTriggers(file, dialect)))
      report({ messageId: 'neverFires', data: trigger, about: trigger });
  },
});
