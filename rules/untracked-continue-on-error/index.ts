import { type IssueMention, issueMentions } from '../../src/analyse/tracking.js';
import type { IssueFact } from '../../src/forge/facts.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { ownerTitle } from '../../src/lint/words.js';
import type { Flag, Job, Step } from '../../src/model/model.js';
import { positionAt, spanText } from '../../src/text/source.js';

interface Forgiven {
  readonly job: Job;
  readonly step: Step | null;
}

interface Tracked extends Forgiven {
  /** The mention as it is written. */
  readonly issue: string;
}

const messages = {
  noIssue: (forgiven: Forgiven): Message => ({
    message: `continue-on-error of ${ownerTitle(forgiven)} names no issue: nobody is to take it away again`,
    help: 'name the issue in a comment on the line or right above it:  continue-on-error: true  # until #123',
  }),
  issueClosed: ({ issue, ...forgiven }: Tracked): Message => ({
    message: `continue-on-error of ${ownerTitle(forgiven)} is there until ${issue}, and that is closed`,
    help: 'drop continue-on-error, or name the issue that it waits for now',
  }),
  issueTooOld: ({ issue, days, ...forgiven }: Tracked & { readonly days: number }): Message => ({
    message: `continue-on-error of ${ownerTitle(forgiven)} has waited for ${issue} since ${days} days`,
    help: 'mend what fails and drop continue-on-error, or open an issue that says why it takes longer',
  }),
  issueUnknown: ({ issue, ...forgiven }: Tracked): Message => ({
    message: `continue-on-error of ${ownerTitle(forgiven)} names ${issue}, which is not among the issues that --facts tells`,
    help: 'correct the number, or fetch the issues again, with state=all',
  }),
};

export const rule = defineRule({
  meta: {
    id: 'untracked-continue-on-error',
    severity: 'warning',
    summary: 'A continue-on-error without an open issue that it waits for.',
    preset: 'strict',
    options: {
      issue: {
        description: 'how a comment names an issue: the text around the number, with {number} in its place',
        type: 'array',
        items: { description: 'a text with {number} in it', type: 'string', pattern: '\\{number\\}' },
        default: ['#{number}', '/issues/{number}'],
      },
      lines: {
        description: 'how many lines above it the comment may stand',
        type: 'integer',
        minimum: 0,
        maximum: 20,
        default: 2,
      },
      steps: { description: 'whether that of steps counts too', type: 'boolean', default: true },
      'max-age-days': {
        description: 'how many days an issue may be open, where --facts tells since when',
        type: 'integer',
        minimum: 1,
      },
    },
  },
  messages,
  check({ file, options, forgeFacts, today, report }) {
    if (!('triggers' in file)) return;
    const flags = flagsOf(file.jobs, options.steps);
    if (flags.length === 0) return;
    const mentions = issueMentions(file, options.issue);
    for (const { flag, job, step } of flags) {
      const about = { span: flag.span, job, step };
      const { line } = positionAt(file.source, flag.span.start);
      const near = Array.from(
        { length: options.lines + 1 },
        (_, above) => mentions.get(line - above) ?? [],
      ).flat();
      if (near.length === 0) {
        report({ messageId: 'noIssue', data: { job, step }, about });
        continue;
      }
      // One that is alive is enough.
      const [mention] = near;
      if (!mention || forgeFacts.issues.length === 0) continue;
      const facts = near.map((one) => factOf(one, forgeFacts.issues));
      const open = facts.filter((fact) => fact?.open);
      const data = { job, step, issue: spanText(mention.span) };
      if (facts.every((fact) => fact === null)) report({ messageId: 'issueUnknown', data, about });
      else if (open.length === 0) report({ messageId: 'issueClosed', data, about });
      else {
        const limit = options['max-age-days'];
        const days = Math.min(...open.map((fact) => daysSince(fact?.opened ?? '', today)));
        if (limit !== undefined && days > limit)
          report({ messageId: 'issueTooOld', data: { ...data, days }, about });
      }
    }
  },
});

function flagsOf(
  jobs: readonly Job[],
  steps: boolean,
): { readonly flag: Flag; readonly job: Job; readonly step: Step | null }[] {
  return jobs.flatMap((job) =>
    [null, ...(steps ? job.steps : [])].flatMap((step) => {
      const flag = (step ?? job).continueOnError;
      return flag && flag.literal !== false ? [{ flag, job, step }] : [];
    }),
  );
}

function factOf({ number, repository }: IssueMention, issues: readonly IssueFact[]): IssueFact | null {
  return (
    issues.find(
      (issue) =>
        issue.number === number &&
        (repository === null || issue.repository === null || issue.repository === repository),
    ) ?? null
  );
}

/** Whole days; 0 where the day is not known. */
function daysSince(opened: string, today: string | null): number {
  const days = today === null ? 0 : (Date.parse(today) - Date.parse(opened)) / 86_400_000;
  return Number.isFinite(days) ? Math.floor(days) : 0;
}
