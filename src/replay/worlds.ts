import type { Step } from '../model/model.js';
import type { YamlNode } from '../parse/yaml.js';
import { ownAction } from './actions.js';
import { namesStatus, nothing, text, truth } from './evaluate.js';
import { type Choices, type Guesses, NotReplayable, newGuesses } from './guesses.js';
import { runWorkflow } from './jobs.js';
import { isHeard, isTarget, type Run, regionOf, type Scene, scoreOf, wantedJobs, worksOf } from './region.js';
import type { ContextReplay, RunLine } from './result.js';
import {
  type Given,
  guessText,
  type Simulation,
  type StepTrace,
  type Surroundings,
  secretOf,
  secretText,
  stepKey,
  type Trouble,
} from './simulation.js';

/** How often a workflow is run, at most, in the search for what nobody knows. */
const MAX_RUNS = 24;
/** The same, where the search came to nothing in another context. */
const FEW_RUNS = 3;

/** What the search in one context teaches for the next one. */
export interface Hints {
  choices: Choices;
  hopeless: boolean;
  readonly candidates: Set<string>;
}

export function noHints(): Hints {
  return { choices: new Map(), hopeless: false, candidates: new Set() };
}

/**
 * Searches for one assumption about what nobody knows under which the work is done with the secrets there, and runs the
 * same with them missing.
 */
export async function replayIn(scene: Scene, hints: Hints): Promise<ContextReplay> {
  const { candidates } = hints;
  const sets = secretSets(scene.finding.secrets);
  let runs = 0;
  let choices = hints.choices;
  let nearest: ContextReplay | null = null;
  let best = Number.NEGATIVE_INFINITY;
  const untried: Choices[] = [choices];
  const seen = new Set<string>();
  try {
    while (runs < (hints.hopeless ? FEW_RUNS : MAX_RUNS)) {
      const next = untried.shift();
      if (!next) break;
      const name = JSON.stringify([...next].sort());
      if (seen.has(name)) continue;
      seen.add(name);
      const given = new Map<string, Given>();
      runs++;
      const present = await runIn(scene, next, [], given, candidates);
      const blind = present.steps.find((step) => isTarget(step, scene) && step.notRun !== null);
      // Whatever is assumed, the step itself is not run.
      if (blind)
        return { ...notReached(scene, present), reason: `step '${titleOf(blind)}': ${blind.notRun}` };
      const score = scoreOf(present, scene);
      if (score.reached) {
        for (const secrets of sets) {
          const told = await withMissing(scene, secrets, next, present, given, candidates);
          runs += told.runs;
          if (told.result.verdict === 'confirmed') {
            hints.choices = next;
            hints.hopeless = false;
            return told.result;
          }
          if (nearest?.verdict !== 'contradicted') nearest = told.result;
        }
      }
      if (score.near > best) {
        // Nearer than before: what is tried next starts from here.
        best = score.near;
        choices = next;
        untried.length = 0;
        untried.push(...urgentFirst(alternatives(choices, present), choices, present));
        nearest ??= notReached(scene, present);
        if (nearest.verdict === 'not-replayable') nearest = notReached(scene, present);
      }
    }
  } catch (error) {
    if (!(error instanceof NotReplayable)) throw error;
    return { ...empty(scene), reason: error.message };
  }
  hints.choices = choices;
  hints.hopeless = true;
  return nearest ?? { ...empty(scene), reason: 'the place is not reached with the secret there either' };
}

/** How often the world where the secret is missing is run for what is asked in it alone. */
const MAX_MISSING_RUNS = 6;

/** Runs the world where the secrets are missing, with other answers too to what is asked in it alone. */
async function withMissing(
  scene: Scene,
  secrets: readonly string[],
  choices: Choices,
  present: Run,
  given: Map<string, Given>,
  candidates: Set<string>,
): Promise<{ readonly result: ContextReplay; readonly runs: number }> {
  const first = await runIn(scene, choices, secrets, given, candidates);
  let result = judged(scene, secrets, present, first);
  let runs = 1;
  for (const other of alternatives(choices, first, present)) {
    if (result.verdict === 'confirmed' || runs >= MAX_MISSING_RUNS) break;
    runs++;
    const missing = await runIn(scene, other, secrets, given, candidates);
    const one = judged(scene, secrets, present, missing);
    if (one.verdict === 'confirmed') result = one;
  }
  return { result, runs };
}

/** Each of the secrets alone, then all of them together. */
function secretSets(secrets: readonly string[]): (readonly string[])[] {
  const alone = secrets.map((name) => [name]);
  return secrets.length > 1 ? [[...secrets], ...alone] : alone;
}

/** Every other answer to one of the questions, the last first: it is the one that went wrong. `but`: what it asked too is kept. */
function alternatives(choices: Choices, { asked }: Run, but: Run | null = null): Choices[] {
  const others: Choices[] = [];
  for (const [name, count] of [...asked].reverse()) {
    if (but?.asked.has(name)) continue;
    for (let at = 0; at < count; at++) {
      if (at === (choices.get(name) ?? 0)) continue;
      others.push(new Map(choices).set(name, at));
    }
  }
  return others;
}

/** What asks about the step that has failed first comes before all else: nothing behind it was run. */
function urgentFirst(others: readonly Choices[], choices: Choices, { steps }: Run): Choices[] {
  const failed = steps.find(({ conclusion }) => conclusion === 'failure');
  if (!failed) return [...others];
  const key = stepKey(failed.job, failed.step);
  const isUrgent = (other: Choices) =>
    [...other].some(([name, at]) => name.includes(key) && choices.get(name) !== at);
  return [...others.filter(isUrgent), ...others.filter((other) => !isUrgent(other))];
}

async function runIn(
  scene: Scene,
  choices: Choices,
  missing: readonly string[],
  given: Map<string, Given>,
  candidates: Set<string>,
): Promise<Run> {
  const guesses = newGuesses(choices);
  const trouble = scene.claim === 'silent' ? troubleOf(scene, guesses) : null;
  const simulation: Simulation = {
    trouble,
    dialect: scene.dialect,
    event: scene.event,
    missing: new Set(missing.map((name) => name.toUpperCase())),
    about: scene.finding.secrets.map(secretText),
    guesses,
    sandbox: scene.sandbox,
    files: scene.files,
    library: scene.library,
    candidates,
    given,
    steps: [],
    jobs: [],
  };
  const around: Surroundings = {
    workflow: scene.workflow,
    prefix: '',
    secret: (name) => secretOf(simulation, name),
    input: (name) => inputOf(name, scene, simulation),
  };
  await runWorkflow(simulation, around, wantedJobs(scene));
  return { steps: simulation.steps, jobs: simulation.jobs, asked: guesses.asked, assumed: guesses.assumed };
}

/** What an alarm tells of: a step before it has failed, or a job before its own. */
function troubleOf(scene: Scene, guesses: Guesses): Trouble {
  const { workflow, finding } = scene;
  const own = workflow.jobs.find(({ id }) => id === finding.job);
  const needed = (own ? [own] : workflow.jobs).flatMap(({ needs }) => needs.map(({ job }) => job));
  const isBefore = (job: string, step: Step) => isTarget({ job, step }, scene) || leadsTo(step, scene);
  const inJob: Trouble = { kind: 'step', isBefore };
  const jobs = [...new Set(needed)].map((id): Trouble => ({ kind: 'job', id }));
  // A job that asks for failures tells of those before it.
  const asks = own?.if && namesStatus(own.if);
  const values = finding.step === null && jobs.length > 0 ? jobs : asks ? [...jobs, inJob] : [inJob, ...jobs];
  const labels = values.map((one) => (one.kind === 'job' ? `job ${one.id}` : 'a step before it'));
  return guesses.pick('what has failed', values, labels);
}

/** Does the step call the action in whose folder the place stands? */
function leadsTo({ uses }: Step, { finding, library }: Scene): boolean {
  const action = ownAction(uses?.scalar.text.text.trim() ?? '', library);
  if (!action) return false;
  const { path } = action.source;
  return finding.span.source.path.startsWith(path.slice(0, path.lastIndexOf('/') + 1));
}

/** An input of a dispatch, by its default where it has one; null in any other event (semantics 6). */
function inputOf(name: string, { workflow, event }: Scene, simulation: Simulation) {
  const trigger = workflow.triggers.find((one) => one.event === event.event);
  const declared = child(child(trigger?.body ?? null, 'inputs'), name);
  if (event.event !== 'workflow_dispatch' && event.event !== 'workflow_call') return nothing;
  const preset = child(declared, 'default');
  const type = child(declared, 'type');
  if (type?.kind === 'scalar' && type.text.text === 'boolean') {
    const own = preset?.kind === 'scalar' && preset.text.text === 'true';
    return simulation.guesses.pick(`inputs.${name}`, [truth(own), truth(!own)], [String(own), String(!own)]);
  }
  if (preset?.kind === 'scalar')
    return text(simulation.guesses.pick(`inputs.${name}`, [preset.text.text, ...simulation.candidates, '']));
  return text(guessText(`inputs.${name}`, simulation));
}

function child(node: YamlNode | null, key: string): YamlNode | null {
  if (node?.kind !== 'map') return null;
  return node.pairs.find((pair) => pair.key.text.text.toLowerCase() === key.toLowerCase())?.value ?? null;
}

// --- the verdict --------------------------------------------------------------------------------------------

function judged(scene: Scene, secrets: readonly string[], present: Run, missing: Run): ContextReplay {
  const own = regionOf(present, scene);
  const lost = leftOut(worksOf(present, scene), worksOf(missing, scene));
  const failed = missing.jobs.filter(({ job, result }) => own.jobs.has(job) && result === 'failure');
  const target = missing.steps.find((step) => isTarget(step, scene));
  const region = regionOf(missing, scene).steps;
  const base: ContextReplay = {
    ...empty(scene),
    secrets,
    restsOn: [...new Set(region.flatMap(({ starved }) => starved))],
    notRun: notRunIn(missing),
    assumed: [...new Set([...assumedIn(present), ...assumedIn(missing)])],
    present: linesOf(present),
    missing: linesOf(missing),
    script: target?.script ?? null,
  };
  const unseen = [...own.steps, ...region, ...present.steps, ...missing.steps].flatMap(({ step, notRun }) =>
    notRun === null ? [] : [`step '${titleOf({ step })}': ${notRun}`],
  );
  const uneven = missing.steps.find((step) => step.conclusion === 'failure' && isAssumedWell(step, present));
  const refuted = (reason: string): ContextReplay => {
    if (uneven)
      return {
        ...base,
        reason: `step '${titleOf(uneven)}' fails in the sandbox in both worlds, in different ways`,
      };
    // What was not run may be what decides.
    if (unseen[0] !== undefined) return { ...base, reason: unseen[0] };
    if (scene.finding.confidence === 'proved') return { ...base, verdict: 'contradicted', reason };
    return { ...base, reason: `${reason}, as far as the sandbox can tell: the finding is only a likely one` };
  };
  if (scene.claim === 'fails') {
    if (failed.length === 0) return refuted('without the secret the job does not fail');
    return { ...base, verdict: 'confirmed', reason: 'without the secret the job fails' };
  }
  if (scene.claim === 'silent') {
    if (isHeard(missing, scene))
      return refuted('without the secret the step fails, and so tells of the failure');
    if (lost.length === 0) return refuted('without the secret the same is told');
    return {
      ...base,
      verdict: 'confirmed',
      reason: `without the secret the job has failed, and nothing runs ${namesOf(lost)}`,
    };
  }
  if (failed.length > 0) return refuted(`job ${failed[0]?.job} fails without the secret`);
  if (lost.length === 0) return refuted('the same work is done without the secret');
  const blind = missing.steps.find((step) => isTarget(step, scene) && step.notRun !== null);
  if (blind) return { ...base, reason: `step '${titleOf(blind)}': ${blind.notRun}` };
  return {
    ...base,
    verdict: 'confirmed',
    reason: `without the secret the job is green and does not run ${namesOf(lost)}`,
  };
}

/** Did the step fail in the sandbox in the other world too, and was taken to end well? */
function isAssumedWell({ job, step }: StepTrace, present: Run): boolean {
  return present.steps.some(
    (other) =>
      other.job === job && other.step === step && other.outcome === 'success' && (other.status ?? 0) !== 0,
  );
}

/** The first few names of works. */
function namesOf(works: readonly string[]): string {
  const names = [...new Set(works.map((name) => name.slice(name.indexOf('\n') + 1)))];
  return names.slice(0, 4).join(', ');
}

/** What is done once more in the first list than in the second. */
function leftOut(all: readonly string[], done: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const name of done) left.set(name, (left.get(name) ?? 0) + 1);
  return all.filter((name) => {
    const count = left.get(name) ?? 0;
    left.set(name, count - 1);
    return count <= 0;
  });
}

function notReached(scene: Scene, present: Run): ContextReplay {
  const failed = present.steps.find(({ conclusion }) => conclusion === 'failure');
  const blind = notRunIn(present)[0];
  const why = failed
    ? `step '${titleOf(failed)}' fails in the sandbox with the secret there, whatever is assumed`
    : 'nothing that is assumed of what nobody knows leads to the work, with the secret there';
  return {
    ...empty(scene),
    reason: blind ?? why,
    notRun: notRunIn(present),
    assumed: assumedIn(present),
    present: linesOf(present),
  };
}

function empty({ event, finding }: Scene): ContextReplay {
  return {
    context: event.name,
    verdict: 'not-replayable',
    reason: '',
    secrets: finding.secrets,
    restsOn: [],
    notRun: [],
    assumed: [],
    present: [],
    missing: [],
    script: null,
  };
}

function notRunIn({ steps }: Run): string[] {
  return [
    ...new Set(
      steps.flatMap((step) => (step.notRun === null ? [] : [`step '${titleOf(step)}': ${step.notRun}`])),
    ),
  ];
}

function assumedIn({ assumed }: Run): string[] {
  return [...assumed].map(([name, value]) => `${name}: ${value}`);
}

function linesOf({ steps, jobs }: Run): RunLine[] {
  return [
    ...steps.map((step) => ({
      what: `job ${step.job}, step '${titleOf(step)}'`,
      ended: `${step.outcome}${step.outcome !== step.conclusion ? ', forgiven' : ''}${step.status === null ? '' : ` (status ${step.status})`}`,
      work: step.work,
    })),
    ...jobs.map(({ job, result, work }) => ({ what: `job ${job}`, ended: result, work })),
  ];
}

function titleOf({ step }: Pick<StepTrace, 'step'>): string {
  return step.name?.scalar.text.text ?? step.id ?? step.uses?.scalar.text.text ?? `number ${step.place + 1}`;
}
