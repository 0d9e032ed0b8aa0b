import type { DeadFile, DeathReason } from '../../src/analyse/dead.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { forgeTitle, listed } from '../../src/lint/words.js';

const messages = {
  neverRuns: (file: DeadFile): Message => ({
    message: `${forgeTitle(file.forge)} never runs this workflow: ${why(file.reason)}`,
    help: help(file.reason),
  }),
};

function why(reason: DeathReason): string {
  switch (reason.kind) {
    case 'shadowed':
      return `${reason.by} exists, and then ${reason.folder} is not read`;
    case 'foreign-root':
      return `it reads ${listed(reason.read)}, not ${reason.folder}`;
    case 'sub-folder':
      return `it reads the files directly in ${reason.folder}, not those in folders below`;
    case 'refused-key':
      return `it cannot read '${reason.key}' below ${reason.event} and drops the whole file, so ${listed(reason.lost)} ${reason.lost.length === 1 ? 'starts' : 'start'} nothing`;
    case 'continue-on-error':
      return 'it cannot read an expression as continue-on-error of a step and drops the whole file';
    case 'unknown-events':
      return `it has no event ${listed(reason.events)}`;
  }
}

function help(reason: DeathReason): string {
  switch (reason.kind) {
    case 'shadowed':
      return `move the file to ${reason.by}, or keep all workflows in one folder`;
    case 'foreign-root':
      return `move the file to ${reason.read[0] ?? 'a folder that is read'}`;
    case 'sub-folder':
      return `move the file up into ${reason.folder}`;
    case 'refused-key':
      return `put ${reason.event} into a file of its own that the other events' file calls`;
    case 'continue-on-error':
      return 'write true or false; to decide by a value, let the script end with status 0 in that case';
    case 'unknown-events':
      return 'add an event that the forge has, such as push, pull_request or schedule';
  }
}

export const rule = defineRule({
  meta: {
    id: 'dead-workflow',
    severity: 'error',
    summary: 'A workflow that its forge never runs.',
  },
  messages,
  check({ deaths, report }) {
    for (const file of deaths()) report({ messageId: 'neverRuns', data: file, about: file });
  },
});
