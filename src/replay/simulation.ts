import { type Dialect, isAutomaticToken } from '../forge/dialects.js';
import type { EventContext } from '../forge/events.js';
import type { Library } from '../model/library.js';
import type { Step, Template, Workflow } from '../model/model.js';
import { type ExpressionData, lazily, stringsIn, text } from './evaluate.js';
import { githubContext, githubField, sample } from './event.js';
import type { Guesses } from './guesses.js';
import type { Call, Sandbox, SandboxFiles, StubAnswer } from './sandbox.js';

/** One run of a workflow in one event, in one world. */
export interface Simulation {
  readonly dialect: Dialect;
  readonly event: EventContext;
  /** The names, in upper case, of the secrets that are missing. */
  readonly missing: ReadonlySet<string>;
  /** The texts of the secrets that are missing in the other world, or in this one. */
  readonly about: readonly string[];
  readonly guesses: Guesses;
  readonly sandbox: Sandbox;
  readonly files: SandboxFiles;
  readonly library: Library | null;
  /** Texts that an unknown may be compared with: they are tried as its value. */
  readonly candidates: Set<string>;
  /** What was given a secret in the world where it is there, by `stepKey`; what this run finds is added. */
  readonly given: Map<string, Given>;
  /** What has failed for a reason that no secret has part in, where an alarm is to be told of it; null for nothing. */
  readonly trouble: Trouble | null;
  /** What happened, step by step. */
  readonly steps: StepTrace[];
  readonly jobs: JobTrace[];
}

/** A failed job, by its id; or the steps in front of which one of their job has failed. */
export type Trouble =
  | { readonly kind: 'job'; readonly id: string }
  | { readonly kind: 'step'; readonly isBefore: (job: string, step: Step) => boolean };

export type Conclusion = 'success' | 'failure' | 'skipped';

/** What became of one step. */
export interface StepTrace {
  /** The id of the job as it is written, with those of the jobs that call its workflow before it (`deploy / build`). */
  readonly job: string;
  readonly step: Step;
  readonly outcome: Conclusion;
  /** What its job says of it: a failure that is forgiven is a success. */
  readonly conclusion: Conclusion;
  /** The status of its script; null where it has none. */
  readonly status: number | null;
  /** The commands and actions with an effect, in their order. */
  readonly work: readonly string[];
  readonly calls: readonly Call[];
  /** What failed only because the tables say that it needs the secret. */
  readonly starved: readonly string[];
  /** Why what it runs was not run, as far as it was not. */
  readonly notRun: string | null;
  /** The script as the shell got it, and its environment, for a report; null for a step without one. */
  readonly script: { readonly text: string; readonly env: Readonly<Record<string, string>> } | null;
  readonly stderr: string;
}

export interface JobTrace {
  readonly job: string;
  readonly result: Conclusion;
  /** The jobs that it needs, by the same names. */
  readonly needs: readonly string[];
  /** What it does besides its steps: the call of a workflow that is not in the repository. */
  readonly work: readonly string[];
}

/** What is known where a job or a step stands. */
export interface Surroundings {
  readonly workflow: Workflow;
  /** What the ids of the jobs begin with in a called workflow. */
  readonly prefix: string;
  readonly secret: (name: string) => string;
  readonly input: (name: string) => ExpressionData;
}

/** The text that stands for a secret which is there. */
export function secretText(name: string): string {
  return `hardfail-secret-${name.toLowerCase().replaceAll('_', '-')}`;
}

/** The texts in there that stand for secrets. */
export function secretsIn(words: string): string[] {
  return [...new Set(words.match(/hardfail-secret-[a-z0-9-]+/g))];
}

/** What `secrets.<name>` is for the file that the event starts. */
export function secretOf({ dialect, missing }: Simulation, name: string): string {
  if (isAutomaticToken(dialect.forge, name)) return 'hardfail-token';
  return missing.has(name.toUpperCase()) ? '' : secretText(name);
}

/** The contexts that are the same all over a file. */
export function commonContext(
  name: string,
  simulation: Simulation,
  around: Surroundings,
): ExpressionData | undefined {
  const { dialect, event, guesses } = simulation;
  if (name === 'github' || dialect.githubAliases.includes(name))
    return githubContext(event, guesses, () => [...simulation.candidates]);
  switch (name) {
    case 'secrets':
      return lazily('secrets', (key) => text(around.secret(key)));
    case 'vars':
      return lazily('vars', (key) => text(guessText(`vars.${key}`, simulation)));
    case 'inputs':
      return lazily('inputs', around.input);
    default:
      return undefined;
  }
}

export function fieldOfGithub(path: string, { event, guesses, candidates }: Simulation): string {
  return githubField(path, event, guesses, () => [...candidates]);
}

/** Some text for what nobody knows. */
export function guessText(name: string, { guesses, candidates }: Simulation): string {
  return guesses.pick(name, [sample(name), 'true', ...candidates, 'false', '']);
}

/** Everything of one step that was given a secret. */
export interface Given {
  /** Calls, as `callKey` names them, with the texts of the secrets. */
  readonly calls: Map<string, readonly string[]>;
  /** Variables of its environment. */
  readonly variables: Set<string>;
  /** Inputs of its action. */
  readonly inputs: Set<string>;
  /** Its script and environment where they are the same in both worlds: null where they are not, and before it has run. */
  plain: string | null;
  /** How its script failed in the world where the secrets are there; null where it did not. */
  fault: string | null;
}

export function givenTo(step: string, { given }: Simulation): Given {
  const known = given.get(step) ?? {
    calls: new Map(),
    variables: new Set(),
    inputs: new Set(),
    plain: null,
    fault: null,
  };
  given.set(step, known);
  return known;
}

const commandGuess = 'what the command does: ';

/** Makes how a command answers in a step a guess. */
export function guessCommand(name: string, step: string, { guesses }: Simulation): StubAnswer | null {
  const answers: readonly (readonly [string, StubAnswer | null])[] = [
    ['its own', null],
    ['it prints 1', { status: 0, output: '1\n' }],
    ['it fails', { status: 1, output: '' }],
    ['it prints nothing', { status: 0, output: '' }],
    ...(name === 'curl'
      ? ['201', '204', '404'].map(
          (code) => [`the server answers ${code}`, { status: 0, output: '{}\n', code }] as const,
        )
      : []),
  ];
  return guesses.pick<StubAnswer | null>(
    `${commandGuess}${name} in ${step}`,
    answers.map(([, answer]) => answer),
    answers.map(([label]) => label),
  );
}

/** The answers that were chosen for the commands of a step; the others answer by themselves. */
export function answersIn(step: string, simulation: Simulation): Record<string, StubAnswer> {
  const answers: Record<string, StubAnswer> = {};
  const end = ` in ${step}`;
  for (const guess of simulation.guesses.choices.keys()) {
    if (!guess.startsWith(commandGuess) || !guess.endsWith(end)) continue;
    const name = guess.slice(commandGuess.length, -end.length);
    const answer = guessCommand(name, step, simulation);
    if (answer) answers[name] = answer;
  }
  return answers;
}

/** Names a step for guesses and for what it consumed. */
export function stepKey(job: string, step: Step): string {
  return `${job}, step ${step.headSpan.source.path}:${step.headSpan.start}`;
}

/** The strings of a template's expressions, to be tried as values of what is unknown. */
export function noteStrings(template: Template | null, { candidates }: Simulation): void {
  if (!template) return;
  for (const found of stringsIn(template)) noteCandidate(found, candidates);
}

/** More texts than these are not tried for one unknown. */
const MAX_CANDIDATES = 24;

export function noteCandidate(candidate: string, candidates: Set<string>): void {
  if (candidate !== '' && candidate.length <= 80 && candidates.size < MAX_CANDIDATES)
    candidates.add(candidate);
}
