import type { DirectiveProblem } from '../../src/lint/directives.js';
import type { ClosingRule, Message } from '../../src/lint/rule.js';
import { listed } from '../../src/lint/words.js';

/** What stands before it hangs on the language: `#`, `//`. */
const form = 'hardfail: ignore[rule] reason';

interface Told extends Message {
  readonly messageId: string;
}

function tell(problem: DirectiveProblem): Told {
  switch (problem.kind) {
    case 'malformed':
      return {
        messageId: 'malformed',
        message: `this comment ignores nothing: '${problem.found}' is not of the form '${form}'`,
        help: `write ${form}, at the beginning of a comment and with at most one 'until 2027-01-31'`,
      };
    case 'no-rule':
      return {
        messageId: 'noRule',
        message: 'this comment ignores nothing: it names no rule',
        help: `write ${form}, with the rule that stands in the brackets of the finding`,
      };
    case 'no-reason':
      return {
        messageId: 'noReason',
        message: 'this comment ignores nothing: it gives no reason',
        help: 'say after the bracket why the finding is right as it is, for whoever reads it next',
      };
    case 'bad-day':
      return {
        messageId: 'badDay',
        message: `this comment ignores nothing: 'until ${problem.day}' names no day`,
        help: 'write the day as in until 2027-01-31',
      };
    case 'expired':
      return {
        messageId: 'expired',
        message: `this comment ignores nothing any more: it held until ${problem.until}, and ${
          problem.today ? `today is ${problem.today}` : "today's date is not known"
        }`,
        help: 'mend what it ignored, or say until when that may stay',
      };
    case 'unknown-rule':
      return {
        messageId: 'unknownRule',
        message: `this comment ignores nothing: there is no rule '${problem.rule}'`,
        help: problem.near ? `did you mean ${problem.near}?` : 'hardfail rules lists the rules',
      };
    case 'unignorable':
      return {
        messageId: 'unignorable',
        message: `this comment ignores nothing: ${problem.rule} cannot be ignored`,
        help: 'mend what it reports, and remove this comment',
      };
    case 'unused':
      return {
        messageId: 'unused',
        message: `this comment has nothing to ignore: ${listed(problem.rules)} ${
          problem.rules.length === 1 ? 'finds' : 'find'
        } nothing here`,
        help: 'remove it, or put it on the line of the finding or alone on the line above',
      };
  }
}

export const rule: ClosingRule = {
  meta: {
    id: 'faulty-ignore',
    severity: 'error',
    summary: 'A comment that is to silence a finding and does not.',
    unignorable: true,
  },
  close: ({ directives }) =>
    directives.map((about) => {
      const { messageId, ...message } = tell(about.problem);
      return { messageId, about, message };
    }),
};
