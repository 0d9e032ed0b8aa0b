import { forges } from '../forge/forge.js';
import type { Source, Span } from '../text/source.js';
import { severities } from './finding.js';
import { isProposal } from './fix/propose.js';
import type { Message, Report, Rule, RuleContext, Subject, Telling } from './rule.js';

/** A rule says something that cannot be: whoever wrote it has to mend it. */
export class RuleFault extends Error {}

/**
 * What a rule reports of one file. `sources`: the texts of the run, which a span may lie in. Throws a RuleFault for a report
 * that cannot be shown, and whatever the rule throws.
 */
export function reportsOf(rule: Rule, context: RuleContext, sources: ReadonlySet<Source>): Report[] {
  const reports: Report[] = [];
  let isOver = false;
  const returned: unknown = rule.check({
    ...context,
    report(telling: Telling) {
      if (typeof telling !== 'object' || telling === null)
        throw new RuleFault('report() takes { messageId, data, about }');
      if (isOver) throw new RuleFault('report() is called after check has returned: check must not wait');
      reports.push(reportFrom(rule, telling, context, sources));
    },
  });
  isOver = true;
  // A promise would report when nobody listens any more, and nothing would be found in silence.
  if (returned !== undefined)
    throw new RuleFault('check returns something: it must report, and must not be async');
  return reports;
}

function reportFrom(
  { messages }: Rule,
  telling: Telling,
  { forges: judgedAs }: RuleContext,
  sources: ReadonlySet<Source>,
): Report {
  const { messageId, data, severity, fix = null } = telling;
  const tell = Object.hasOwn(messages, messageId) ? messages[messageId] : undefined;
  if (!tell) {
    const known = Object.keys(messages).join(', ');
    throw new RuleFault(`it reports the message '${messageId}', and its messages are ${known || 'none'}`);
  }
  if (severity !== undefined && !severities.includes(severity)) {
    throw new RuleFault(`it reports the severity '${severity}', expected ${severities.join(', ')}`);
  }
  if (fix !== null && !isProposal(fix))
    throw new RuleFault(`the fix of '${messageId}' is none that the fix of the context has made`);
  const about: Subject = { ...aboutNothing, forge: judgedAs[0] ?? 'github', ...telling.about };
  checkSubject(about, messageId, sources);
  const message = checkedMessage(tell(data), messageId);
  return { messageId, about, message, fix, ...(severity === undefined ? {} : { severity }) };
}

const aboutNothing: Omit<Subject, 'span' | 'forge'> = {
  job: null,
  step: null,
  confidence: 'proved',
  secrets: [],
  contexts: [],
  witness: [],
};

function checkedMessage(made: Message, id: string): Message {
  for (const part of ['message', 'help'] as const) {
    if (typeof made?.[part] === 'string' && made[part] !== '') continue;
    throw new RuleFault(`its message '${id}' makes no ${part}: it is to return { message, help }, two texts`);
  }
  return made;
}

/** What a rule in plain JavaScript can get wrong is told here, and not by a report format that stumbles over it. */
function checkSubject(about: Subject, id: string, sources: ReadonlySet<Source>): void {
  checkSpan(about.span, `'${id}'`, sources);
  if (!Array.isArray(about.witness))
    throw new RuleFault(`the witness of '${id}' is no list of { span, text }`);
  for (const [index, { span, text }] of about.witness.entries()) {
    checkSpan(span, `step ${index + 1} of the witness of '${id}'`, sources);
    if (typeof text !== 'string')
      throw new RuleFault(`step ${index + 1} of the witness of '${id}' has no text`);
  }
  const { secrets, contexts, confidence, forge, job, step } = about;
  for (const [name, list] of Object.entries({ secrets, contexts })) {
    if (Array.isArray(list) && list.every((one) => typeof one === 'string')) continue;
    throw new RuleFault(`the ${name} of '${id}' are no list of texts`);
  }
  if (confidence !== 'proved' && confidence !== 'likely')
    throw new RuleFault(`the confidence of '${id}' is '${confidence}', expected proved or likely`);
  if (!forges.includes(forge))
    throw new RuleFault(`the forge of '${id}' is '${forge}', expected ${forges.join(', ')}`);
  if (job !== null && typeof job.id !== 'string')
    throw new RuleFault(`the job of '${id}' is no job of the file`);
  if (step !== null && typeof step.place !== 'number')
    throw new RuleFault(`the step of '${id}' is no step of the file`);
}

function checkSpan(span: Span | undefined, whose: string, sources: ReadonlySet<Source>): void {
  if (!span || !sources.has(span.source)) {
    throw new RuleFault(
      `the span of ${whose} lies in no text of this run: take one from the file or from an answer`,
    );
  }
  const { start, end, source } = span;
  const { length } = source.text;
  if (!Number.isInteger(start) || !Number.isInteger(end))
    throw new RuleFault(`the span of ${whose} runs from ${start} to ${end}, expected whole numbers`);
  if (start > end) throw new RuleFault(`the span of ${whose} ends before it starts: ${start} to ${end}`);
  if (start < 0 || end > length) {
    throw new RuleFault(
      `the span of ${whose} leaves ${source.path}: ${start} to ${end} of ${length} characters`,
    );
  }
}
