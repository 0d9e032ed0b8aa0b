import { type NoOpArm, noOpArms } from '../../src/analyse/no-op-arm.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { listed, ownerTitle, stepTitle } from '../../src/lint/words.js';

const help =
  'put the condition on the job, so that it is shown as skipped where it did not run; or run the work whatever has changed';

const messages = {
  emptyJob: ({ job, detector, lost }: NoOpArm): Message => ({
    message: `${ownerTitle({ job, step: null })} is green with nothing done where ${detector} finds no change: ${few(lost)} ${lost.length === 1 ? 'has' : 'have'} not run, and the check says passed`,
    help,
  }),
  standIn: ({ job, step, detector, lost }: NoOpArm): Message => ({
    message: `${stepTitle(step)} stands in for ${few(lost)} where ${detector} finds no change: ${ownerTitle({ job, step: null })} is green without it`,
    help,
  }),
};

/** The first few commands. */
function few(names: readonly string[]): string {
  const more = names.length - 3;
  return more > 0 ? `${names.slice(0, 3).join(', ')} and ${more} more` : listed(names);
}

export const rule = defineRule({
  meta: {
    id: 'no-op-arm',
    severity: 'note',
    summary: 'A job that is green without its work where another job finds nothing changed.',
    preset: 'strict',
    options: {
      detectors: {
        description:
          'what tells which files have changed: commands by their first words, and actions without version',
        type: 'array',
        items: {
          description: 'words with one space between them',
          type: 'string',
          pattern: '^\\S+( \\S+)*$',
        },
        default: [
          'git diff',
          'git diff-tree',
          'dorny/paths-filter',
          'tj-actions/changed-files',
          'step-security/changed-files',
          'step-security/paths-filter',
          'AurorNZ/paths-filter',
          'technote-space/get-diff-action',
          'trilom/file-changes-action',
        ],
      },
    },
  },
  messages,
  check({ file, options, knowledge, onEachForge, report }) {
    if (!('triggers' in file)) return;
    for (const arm of onEachForge((dialect) => noOpArms(file, dialect, options.detectors, knowledge)))
      report({ messageId: arm.whole ? 'emptyJob' : 'standIn', data: arm, about: arm });
  },
});
