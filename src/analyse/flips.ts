import { commandEffect } from '../facts/effects.js';
import type { Dialect } from '../forge/dialects.js';
import type { ConditionText, Flag, Job, Step, Template, Workflow } from '../model/model.js';
import type { Call, Node } from '../program/program.js';
import { fixedText, walkShell } from '../program/walk.js';
import { spanOf } from '../text/script.js';
import { type Span, spanText } from '../text/source.js';
import type { Knowledge } from './analyse.js';
import { type Answer, answerAt } from './answer.js';
import { shellScripts } from './shell-scripts.js';
import { coloursGiven, endsAfter, trustedContexts } from './what-if.js';
import type { Forced } from './world.js';

/** What has changed since another revision in what a failure of a job comes to. Both revisions have the job. */
export type Flip = Answer & { readonly job: Job } & (
    | { readonly kind: 'forgiven' }
    /** Commands of a step whose failure made the job red, and does not any more. */
    | { readonly kind: 'unheard'; readonly commands: readonly string[] }
    /** `everywhere`: in every event in which secrets are due, and not in some of them. */
    | { readonly kind: 'left-out'; readonly everywhere: boolean }
    | { readonly kind: 'unmasked' }
    /** It was masked or unmasked, or the gate needs it now or does not any more: one of both, and they belong together. */
    | { readonly kind: 'unpaired'; readonly gate: string; readonly masked: boolean }
  );

/** A job with more different commands is not run for each of them. */
const MAX_COMMANDS = 60;

/** Nodes of its scripts that a job may run, all its commands tried: a long job with many of them is not run for each. */
const MAX_NODES = 12_000;

/** The flips of a workflow, and the jobs that are too long for all of it to be tried. */
export interface Flips {
  readonly flips: readonly Flip[];
  readonly tooLong: readonly Job[];
}

/**
 * Compares a workflow with what it was. A job that was renamed, or is new, has not flipped. `gate`: the id of the job that
 * collects the others; null where nobody names one.
 */
export function flipsSince(
  before: Workflow,
  after: Workflow,
  gate: string | null,
  dialect: Dialect,
  knowledge: Knowledge,
): Flips {
  if (before.source.text === after.source.text) return { flips: [], tooLong: [] };
  const flips: Flip[] = [];
  const tooLong: Job[] = [];
  const old = new Map(before.jobs.map((job) => [job.id, job]));
  for (const job of after.jobs) {
    const was = old.get(job.id);
    if (!was) continue;
    const flags = flagFlips(was, job, dialect);
    flips.push(...flags, ...leftOut(before, was, after, job, dialect, knowledge));
    if (isForgiven(job.continueOnError) || isSame(before, was, after, job)) continue;
    const unheard = unheardIn({ workflow: before, job: was }, { workflow: after, job }, dialect, knowledge);
    // That a step is forgiven says it all.
    if (unheard) flips.push(...unheard.filter(({ step }) => !flags.some((flag) => flag.step === step)));
    else tooLong.push(job);
  }
  if (gate !== null) flips.push(...unpaired(old, after, gate, dialect));
  return { flips, tooLong };
}

/** Whether the job is written as it was, and the shell that the file gives it is the one that it was. */
function isSame(before: Workflow, was: Job, after: Workflow, job: Job): boolean {
  const shell = ({ defaults }: Workflow) => textOf(defaults.shell);
  return spanText(was.span) === spanText(job.span) && shell(before) === shell(after);
}

function textOf(template: Template | null): string | null {
  return template?.scalar.text.text ?? null;
}

// --- continue-on-error ---------------------------------------------------------------------------------

/** True, or an expression that may be. */
function isForgiven(flag: Flag | null): boolean {
  return flag !== null && flag.literal !== false;
}

function flagFlips(was: Job, job: Job, dialect: Dialect): Flip[] {
  const flips: Flip[] = [];
  const flag = job.continueOnError;
  if (flag && isForgiven(flag) && !isForgiven(was.continueOnError))
    flips.push(forgiven(flag, job, null, dialect));
  // What an expression said is not known, so that nothing is known to have flipped.
  if (was.continueOnError?.literal === true && !isForgiven(flag)) {
    const answer = answerAt(dialect.forge, flag?.span ?? job.key.span, 'its failures count from now on', {
      job,
    });
    flips.push({ ...answer, job, kind: 'unmasked' });
  }
  for (const step of job.steps) {
    const twin = twinOf(step, job.steps, was.steps);
    const { continueOnError: mask } = step;
    if (twin && mask && isForgiven(mask) && !isForgiven(twin.continueOnError))
      flips.push(forgiven(mask, job, step, dialect));
  }
  return flips;
}

function forgiven(flag: Flag, job: Job, step: Step | null, dialect: Dialect): Flip {
  const confidence = flag.literal === null ? 'likely' : 'proved';
  const answer = answerAt(
    dialect.forge,
    flag.span,
    'a failure counts as success from now on',
    { job, step },
    confidence,
  );
  return { ...answer, job, kind: 'forgiven' };
}

/** The step as it was: the only one of its id, else of its name, else of its action, else of its script. */
function twinOf(step: Step, steps: readonly Step[], before: readonly Step[]): Step | null {
  for (const key of [
    (one: Step) => one.id,
    (one: Step) => textOf(one.name),
    (one: Step) => textOf(one.uses)?.split('@', 1)[0] ?? null,
    (one: Step) => textOf(one.run),
  ]) {
    const own = key(step);
    if (own === null) continue;
    const [twin, ...others] = before.filter((one) => key(one) === own);
    const isOnly = steps.filter((one) => key(one) === own).length === 1;
    if (twin && others.length === 0 && isOnly) return twin;
  }
  return null;
}

// --- conditions ----------------------------------------------------------------------------------------

/** A job whose condition leaves it out where it ran: it is skipped then, which counts as passed. */
function leftOut(
  before: Workflow,
  was: Job,
  after: Workflow,
  job: Job,
  dialect: Dialect,
  knowledge: Knowledge,
): Flip[] {
  const { if: condition } = job;
  if (!condition || conditionText(condition) === conditionText(was.if)) return [];
  const known = trustedContexts(before, dialect, knowledge.trust);
  const contexts = trustedContexts(after, dialect, knowledge.trust).filter(({ name }) =>
    known.some((one) => one.name === name),
  );
  // Only the condition is asked: what its steps would do has no part in it.
  const ends = (workflow: Workflow, one: Job, context: (typeof contexts)[number]) =>
    endsAfter(workflow, { ...one, steps: [], uses: null }, new Map(), context, dialect, knowledge);
  const ran = contexts.filter((context) =>
    ends(before, was, context).every(({ result }) => result !== 'skipped'),
  );
  const lost = ran.filter((context) => ends(after, job, context).every(({ result }) => result === 'skipped'));
  if (lost.length === 0) return [];
  const answer = answerAt(dialect.forge, condition.span, 'false from now on', { job });
  const names = lost.map(({ name }) => name);
  return [{ ...answer, job, contexts: names, kind: 'left-out', everywhere: lost.length === ran.length }];
}

function conditionText(condition: ConditionText | null): string | null {
  return condition?.template.scalar.text.text.trim() ?? null;
}

// --- commands ------------------------------------------------------------------------------------------

interface Written {
  readonly workflow: Workflow;
  readonly job: Job;
}

interface Command {
  readonly step: Step;
  readonly node: Node;
  readonly span: Span;
}

/** The commands that made the job red and that nobody hears any more; null where there are too many to try. */
function unheardIn(was: Written, is: Written, dialect: Dialect, knowledge: Knowledge): Flip[] | null {
  const before = commandsOf(was, dialect, knowledge);
  const shared = [...commandsOf(is, dialect, knowledge)].filter(([text]) => before.has(text));
  if (shared.length > MAX_COMMANDS || shared.length * sizeOf(is, dialect) > MAX_NODES) return null;
  const byStep = new Map<
    Step,
    { readonly span: Span; readonly commands: string[]; readonly contexts: Set<string> }
  >();
  for (const [text, commands] of shared) {
    const [first] = commands;
    if (!first) continue;
    const now = coloursGiven(is.workflow, is.job, failing(commands), dialect, knowledge);
    if (![...now.values()].includes('green')) continue;
    const then = coloursGiven(was.workflow, was.job, failing(before.get(text) ?? []), dialect, knowledge);
    const flipped = [...now].filter(([name, colour]) => colour === 'green' && then.get(name) === 'red');
    if (flipped.length === 0) continue;
    const found = byStep.get(first.step) ?? { span: first.span, commands: [], contexts: new Set<string>() };
    byStep.set(first.step, found);
    found.commands.push(text);
    for (const [name] of flipped) found.contexts.add(name);
  }
  return [...byStep].map(([step, { span, commands, contexts }]): Flip => {
    const label = 'that it fails does not fail the job any more';
    const answer = answerAt(dialect.forge, span, label, { job: is.job, step }, 'likely');
    return { ...answer, job: is.job, contexts: [...contexts], kind: 'unheard', commands };
  });
}

/** How many nodes the scripts of the job have. */
function sizeOf({ workflow, job }: Written, dialect: Dialect): number {
  let nodes = 0;
  for (const script of shellScripts(workflow, dialect)) {
    if (script.job !== job) continue;
    walkShell(script.program.body, () => {
      nodes++;
    });
  }
  return nodes;
}

function failing(commands: readonly Command[]): ReadonlyMap<Node, Forced> {
  return new Map(commands.map(({ node }) => [node, { status: 1, prints: 'something' }]));
}

/** The commands of a job that do work, by their text with single spaces. */
function commandsOf(
  { workflow, job }: Written,
  dialect: Dialect,
  { facts }: Knowledge,
): Map<string, Command[]> {
  const byText = new Map<string, Command[]>();
  for (const script of shellScripts(workflow, dialect)) {
    if (script.job !== job) continue;
    walkShell(script.program.body, (node) => {
      if (node.kind !== 'call' || !isWork(node, facts)) return;
      const span = spanOf(node.at);
      const text = spanText(span).split(/\s+/).join(' ');
      byText.set(text, [...(byText.get(text) ?? []), { step: script.step, node, span }]);
    });
  }
  return byText;
}

function isWork({ words }: Call, facts: Knowledge['facts']): boolean {
  const [head, ...args] = words.map(fixedText);
  if (head === undefined) return false;
  return head === null || commandEffect(head, args, facts) === 'work';
}

// --- gates ---------------------------------------------------------------------------------------------

/**
 * Jobs whose mask has changed and whose place among the needs of the gate has not, or the other way round, where the two do
 * not fit together now: a gate that needs a forgiven job hears nothing of it, and one that does not need another one neither.
 */
function unpaired(old: ReadonlyMap<string, Job>, after: Workflow, gate: string, dialect: Dialect): Flip[] {
  const is = after.jobs.find(({ id }) => id === gate);
  const was = old.get(gate);
  if (!is || !was) return [];
  const needs = ({ needs: all }: Job, id: string) => all.some((need) => need.job === id);
  return after.jobs.flatMap((job): Flip[] => {
    const before = old.get(job.id);
    if (!before || job.id === gate) return [];
    const masked = isForgiven(job.continueOnError);
    const isFlipped = masked !== isForgiven(before.continueOnError);
    const isMoved = needs(is, job.id) !== needs(was, job.id);
    if (isFlipped === isMoved || masked !== needs(is, job.id)) return [];
    const place = masked ? (is.needs.find((need) => need.job === job.id)?.span ?? is.key.span) : is.key.span;
    const answer = answerAt(dialect.forge, place, masked ? 'needs it still' : 'does not need it', {
      job: is,
    });
    const label = {
      span: job.continueOnError?.span ?? job.key.span,
      text: masked ? 'is forgiven' : 'is not forgiven',
    };
    return [{ ...answer, witness: [label, ...answer.witness], job, kind: 'unpaired', gate, masked }];
  });
}
