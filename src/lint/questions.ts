import type { Hole, Knowledge } from '../analyse/analyse.js';
import { constantConditions, type Outcome } from '../analyse/constant.js';
import { emptyScripts } from '../analyse/empty-script.js';
import { isInput, type SecretUse, secretsOfEnv, secretsOfJob, secretsOfStep } from '../analyse/secrets.js';
import { shellScripts } from '../analyse/shell-scripts.js';
import { actionEffect } from '../facts/actions.js';
import { commandEffect } from '../facts/effects.js';
import type { Dialect } from '../forge/dialects.js';
import { eventContexts } from '../forge/events.js';
import type { Forge } from '../forge/forge.js';
import { withTrust } from '../forge/trust.js';
import { dialectOf } from '../forge/versions.js';
import type { Action, Job, Workflow } from '../model/model.js';
import { fixedText, walkShell } from '../program/walk.js';
import { spanOf } from '../text/script.js';
import { placeKey } from '../text/source.js';
import { isWorkflow } from './callers.js';
import { worstPerPlace } from './places.js';
import type { CommandUse, RuleContext, SecretPlace, StepPlace } from './rule.js';

// What rules may ask, each question answered when it is asked.

export function aboutHoles(holes: readonly Hole[]): Pick<RuleContext, 'holes' | 'tooWide' | 'alarms'> {
  return {
    holes: (kind) => holes.filter((hole) => hole.kind === kind && !hole.tooWide && !hole.alarm),
    tooWide: () => holes.filter((hole) => hole.tooWide),
    alarms: () => holes.filter((hole) => hole.alarm),
  };
}

/** What the text of a file tells without running it. */
type TextAnswers = Pick<RuleContext, 'file' | 'constantConditions' | 'emptyScripts' | 'deaths'>;

/** The tree of a file with broken YAML is a guess, so that nothing is said of its text: `candidates` is empty then. */
export function aboutText(
  file: Workflow | Action,
  candidates: readonly Forge[],
): Omit<TextAnswers, 'deaths'> {
  return {
    file,
    constantConditions: () =>
      worstPerPlace(
        candidates.flatMap((forge) => constantConditions(file, forge)),
        (condition) => badness[condition.outcome],
      ),
    emptyScripts: () => worstPerPlace(candidates.flatMap((forge) => emptyScripts(file, forge))),
  };
}

/** A condition that is never true hides work in silence; what fails is seen. */
const badness: Readonly<Record<Outcome, number>> = {
  'always-false': 3,
  'always-true': 2,
  fails: 1,
  'invalid-file': 0,
};

/** What is written in a file. The tree of one with broken YAML is a guess, so that nothing stands in it then. */
export function aboutParts(
  file: Workflow | Action,
  candidates: readonly Forge[],
  { trust, facts, version }: Knowledge,
): Pick<RuleContext, 'jobs' | 'steps' | 'secrets' | 'commands' | 'contexts' | 'actionEffect'> {
  const isReadable = candidates.length > 0;
  const dialects = candidates.map((forge) => dialectOf(forge, version));
  return {
    jobs: () => (isReadable && isWorkflow(file) ? file.jobs : []),
    steps: () => (isReadable ? stepsIn(file) : []),
    secrets: () => (isReadable ? secretsIn(file) : []),
    commands: () => commandsIn(file, dialects, facts),
    contexts: () =>
      !isWorkflow(file)
        ? []
        : candidates.flatMap((forge) =>
            withTrust(eventContexts(file.triggers, forge), trust)
              .filter(({ event }) => event !== null)
              .map(({ name, trusted }) => ({ forge, name, trusted })),
          ),
    actionEffect: (uses) => actionEffect(uses, facts),
  };
}

function stepsIn(file: Workflow | Action): StepPlace[] {
  if (!isWorkflow(file)) return (file.steps ?? []).map((step) => ({ job: null, step }));
  return file.jobs.flatMap((job) => job.steps.map((step) => ({ job, step })));
}

function secretsIn(file: Workflow | Action): SecretPlace[] {
  const at = (uses: readonly SecretUse[], place: Pick<SecretPlace, 'job' | 'step'>) =>
    uses
      .filter(({ name }) => !isInput(name))
      .map(({ written, span }): SecretPlace => ({ name: written, span, ...place }));
  const ofJob = (job: Job) => [
    ...at(secretsOfJob({ ...job, steps: [] }), { job, step: null }),
    ...job.steps.flatMap((step) => at(secretsOfStep(step, job), { job, step })),
  ];
  if (isWorkflow(file)) {
    return [...at(secretsOfEnv(file.env), { job: null, step: null }), ...file.jobs.flatMap(ofJob)];
  }
  return (file.steps ?? []).flatMap((step) => at(secretsOfStep(step, null), { job: null, step }));
}

/** Where the forges have different shells, a script is read as the first of them that has one for it. */
function commandsIn(
  file: Workflow | Action,
  dialects: readonly Dialect[],
  facts: Knowledge['facts'],
): CommandUse[] {
  const byPlace = new Map<string, CommandUse>();
  for (const dialect of dialects) {
    for (const { job, step, program } of shellScripts(file, dialect)) {
      walkShell(program.body, (node) => {
        if (node.kind !== 'call') return;
        const [first, ...rest] = node.words;
        if (first === undefined) return;
        const span = spanOf(node.at);
        if (byPlace.has(placeKey(span))) return;
        const written = fixedText(first);
        const name = written === null ? null : written.slice(written.lastIndexOf('/') + 1);
        const args = rest.map(fixedText);
        const effect = name === null ? 'work' : commandEffect(name, args, facts);
        byPlace.set(placeKey(span), { job, step, name, args, span, effect });
      });
    }
  }
  return [...byPlace.values()];
}
