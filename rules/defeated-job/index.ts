import { type Defeat, defeats } from '../../src/analyse/defeated.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { ownerTitle, stepTitle } from '../../src/lint/words.js';

type DefeatBy<Kind extends Defeat['kind']> = Extract<Defeat, { kind: Kind }>;

const messages = {
  noTime: (defeat: DefeatBy<'no-time'>): Message => ({
    message: `${ownerTitle(defeat)} has ${defeat.minutes} minutes, and is cancelled before it does anything`,
    help: 'say how many minutes it may take; without timeout-minutes it has the time that the forge allows',
  }),
  stepOutlastsJob: ({ step, minutes, whole }: DefeatBy<'step-outlasts-job'>): Message => ({
    message: `${stepTitle(step)} may take ${minutes} minutes, and its job is cancelled after ${whole}: the step never fails by its own timeout`,
    help: `give the job more than ${minutes} minutes, or the step less than ${whole}: a job that is cancelled is not one that has failed`,
  }),
  neverDue: ({ cron, why }: DefeatBy<'never-due'>): Message => ({
    message: `the schedule '${cron}' starts nothing: ${why} never comes`,
    help: 'for the last day of a month take the first of the next, such as  0 0 1 * *',
  }),
  allSkipped: (_: DefeatBy<'all-skipped'>): Message => ({
    message: 'the schedule starts a run in which the condition of every job is false: it is green and empty',
    help: "let a job run on it (github.event_name == 'schedule'), or drop the schedule",
  }),
};

export const rule = defineRule({
  meta: {
    id: 'defeated-job',
    severity: 'warning',
    summary: 'A job that its own timeout or schedule keeps from ever doing its work.',
  },
  messages,
  check({ file, onEachForge, knowledge, report }) {
    if (!('triggers' in file)) return;
    for (const defeat of onEachForge((dialect) => defeats(file, dialect, knowledge))) {
      switch (defeat.kind) {
        case 'no-time':
          report({ messageId: 'noTime', data: defeat, about: defeat });
          break;
        case 'step-outlasts-job':
          report({ messageId: 'stepOutlastsJob', data: defeat, about: defeat, severity: 'note' });
          break;
        case 'never-due':
          report({ messageId: 'neverDue', data: defeat, about: defeat });
          break;
        case 'all-skipped':
          report({ messageId: 'allSkipped', data: defeat, about: defeat });
      }
    }
  },
});
