import type { Hole } from '../../src/analyse/analyse.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { secretsOf, stepTitle } from '../../src/lint/words.js';

const messages = {
  mutesAlarm: (hole: Hole): Message => ({
    message: `${stepTitle(hole.step)} stays silent without ${secretsOf(hole)}: the job has failed, and this step does not say so`,
    help: `the run is red, but whoever waits for this message takes silence for success: let the step fail when ${hole.secrets[0] ?? 'the secret'} is empty, or print an ::error:: that says so`,
  }),
};

export const rule = defineRule({
  meta: {
    id: 'missing-secret-mutes-alarm',
    severity: 'warning',
    summary: 'A step that tells of a failed job and says nothing when its secret is missing.',
  },
  messages,
  check({ alarms, report, fix }) {
    for (const hole of alarms())
      report({ messageId: 'mutesAlarm', data: hole, about: hole, fix: fix.hole(hole) });
  },
});
