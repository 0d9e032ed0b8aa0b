import type { Dialect } from '../forge/dialects.js';
import { firesOn } from '../forge/events.js';
import type { Job, Step, Template, Workflow } from '../model/model.js';
import type { YamlNode, YamlScalar } from '../parse/yaml.js';
import type { Knowledge } from './analyse.js';
import { type Answer, answerAt } from './answer.js';
import { namesStatusFunction } from './expressions.js';
import { endsAfter, trustedContexts } from './what-if.js';

/** A job that its own timeout or schedule keeps from doing anything. */
export type Defeat = Answer &
  (
    | { readonly kind: 'no-time'; readonly minutes: string }
    | { readonly kind: 'step-outlasts-job'; readonly minutes: number; readonly whole: number }
    /** `why` completes "… never comes". */
    | { readonly kind: 'never-due'; readonly cron: string; readonly why: string }
    | { readonly kind: 'all-skipped' }
  );

/** What defeats the jobs of a workflow on a forge. */
export function defeats(workflow: Workflow, dialect: Dialect, knowledge: Knowledge): Defeat[] {
  const found: Defeat[] = [];
  for (const job of workflow.jobs) {
    found.push(...noTime(job.timeout, { job }, dialect));
    const whole = minutesOf(job.timeout);
    for (const step of job.steps) {
      found.push(...noTime(step.timeout, { job, step }, dialect));
      const minutes = minutesOf(step.timeout);
      if (!step.timeout || minutes === null || whole === null || minutes <= whole || whole <= 0) continue;
      const answer = answerAt(dialect.forge, step.timeout.scalar.span, 'more than the whole job has', {
        job,
        step,
      });
      found.push({ ...answer, kind: 'step-outlasts-job', minutes, whole });
    }
  }
  return [...found, ...schedules(workflow, dialect), ...skippedOnSchedule(workflow, dialect, knowledge)];
}

function noTime(
  timeout: Template | null,
  owner: { readonly job: Job; readonly step?: Step },
  dialect: Dialect,
): Defeat[] {
  const minutes = minutesOf(timeout);
  if (!timeout || minutes === null || minutes > 0) return [];
  const answer = answerAt(dialect.forge, timeout.scalar.span, 'over before it begins', owner);
  return [{ ...answer, kind: 'no-time', minutes: String(minutes) }];
}

/** The literal number; null for anything else. */
function minutesOf(timeout: Template | null): number | null {
  const value = timeout?.scalar.value;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

// --- schedules -----------------------------------------------------------------------------------------

function schedules(workflow: Workflow, dialect: Dialect): Defeat[] {
  return workflow.triggers
    .filter(({ event }) => event === 'schedule' && firesOn(event, dialect.forge))
    .flatMap(({ body }) => cronsIn(body))
    .flatMap((scalar): Defeat[] => {
      const cron = scalar.text.text.trim();
      const why = whyNever(cron);
      if (why === null) return [];
      return [{ ...answerAt(dialect.forge, scalar.span, 'never due'), kind: 'never-due', cron, why }];
    });
}

function cronsIn(body: YamlNode | null): YamlScalar[] {
  const items = body?.kind === 'list' ? body.items : [body];
  return items.flatMap((item) =>
    item?.kind === 'map'
      ? item.pairs.flatMap(({ key, value }) =>
          key.text.text === 'cron' && value?.kind === 'scalar' ? [value] : [],
        )
      : [],
  );
}

const longestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const monthNames = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');

/** Why a schedule of five fields never comes: a day that none of its months has. null where it may come, or is not understood. */
function whyNever(cron: string): string | null {
  const fields = cron.split(/\s+/);
  const [, , days = '', months = '', weekdays = ''] = fields;
  if (fields.length !== 5 || weekdays !== '*' || days === '*' || months === '*') return null;
  const wanted = numbers(days, []);
  const within = numbers(months, monthNames);
  if (!wanted || !within) return null;
  const comes = within.some((month) => wanted.some((day) => day <= (longestMonths[month - 1] ?? 31)));
  if (comes) return null;
  const names = within.map((month) => monthNames[month - 1] ?? String(month));
  return `day ${Math.min(...wanted)} of ${names.join(', ')}`;
}

/** The numbers of a field that lists some; null for ranges with steps and for anything that is no number. */
function numbers(field: string, names: readonly string[]): number[] | null {
  const found: number[] = [];
  for (const part of field.slice(0, 200).split(',')) {
    const [from, to = from] = part.split('-').map((text) => {
      const named = names.indexOf(text.toUpperCase());
      return named >= 0 ? named + 1 : /^\d{1,2}$/.test(text) ? Number(text) : null;
    });
    if (from === null || to === null || from === undefined || to === undefined || to < from) return null;
    for (let value = from; value <= to; value++) found.push(value);
  }
  return found;
}

/** A schedule that starts a run in which the condition of every job is false. */
function skippedOnSchedule(workflow: Workflow, dialect: Dialect, knowledge: Knowledge): Defeat[] {
  const trigger = workflow.triggers.find(({ event }) => event === 'schedule');
  if (!trigger || workflow.jobs.length === 0) return [];
  const first = workflow.jobs.filter(({ needs }) => needs.length === 0);
  const later = workflow.jobs.filter(({ needs }) => needs.length > 0);
  // A job that runs though others were skipped does something.
  if (first.some((job) => job.if === null) || later.some((job) => job.if && namesStatusFunction(job.if)))
    return [];
  const context = trustedContexts(workflow, dialect, knowledge.trust).find(
    ({ event }) => event === 'schedule',
  );
  if (!context) return [];
  // Only the condition is asked: what its steps would do has no part in it.
  const isSkipped = (job: Job) =>
    endsAfter(workflow, { ...job, steps: [], uses: null }, new Map(), context, dialect, knowledge).every(
      (end) => end.result === 'skipped',
    );
  if (!first.every(isSkipped)) return [];
  const answer = answerAt(dialect.forge, trigger.key.span, 'no job runs on it');
  return [{ ...answer, contexts: ['schedule'], kind: 'all-skipped' }];
}
