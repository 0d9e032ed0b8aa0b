import { type ActionFact, actionEffect, actionFact } from '../facts/actions.js';
import { inlineScript } from '../facts/inline-scripts.js';
import { type ShellLine, shellOf } from '../forge/dialects.js';
import type { ConditionText, FollowedAction, Job, Step, Template, Workflow } from '../model/model.js';
import type { Expr } from '../parse/expression.js';
import type { Language } from '../program/compute.js';
import type { Program } from '../program/program.js';
import { isStackOverflow } from '../text/overflow.js';
import type { Source, Span } from '../text/source.js';
import { answerOf, noting } from './asking.js';
import { accountOf, charge, refusedBy } from './budget.js';
import { checkoutOf, type Files } from './checkout.js';
import { actionMentions, isReachedAction, mentions, runComposite } from './composite.js';
import { isEmpty, known, PRIVATE, resolve } from './constraints.js';
import { interpolateEnv } from './environment.js';
import {
  type Datum,
  evaluate,
  interpolate,
  interpolateInput,
  judgeCondition,
  namesStatusFunction,
  type Scope,
  stringDatum,
  unknownDatum,
} from './expressions.js';
import { runScript } from './interpret.js';
import { mergeStates } from './joining.js';
import { isKept, keepCredentialsOfAction } from './kept.js';
import { spendOn } from './ledger.js';
import { OutOfBudget } from './machine.js';
import { secretsByMatrix } from './matrix.js';
import { readEntries } from './outputs.js';
import { PersistentMap } from './persistent.js';
import { matrixDatum, splitBySystem, systemAt } from './platform.js';
import { givenTo, keyOf, recalled } from './recall.js';
import { referencesOf } from './references.js';
import { secretsOfStep, walkExpr } from './secrets.js';
import {
  addWork,
  decide,
  type Failure,
  fork,
  noVariables,
  type Outcome,
  record,
  type State,
  type StepResult,
  setVariable,
  type Variable,
} from './state.js';
import { programOf } from './step-program.js';
import type { StepNotes } from './unjudged.js';
import { constant, emptyValue, hole, nameOf, textOf, union, unknownValue, type Value } from './values.js';
import { knownValue, type World } from './world.js';

/** What the steps of one run of a job share. */
export interface JobRun {
  readonly workflow: Workflow;
  readonly job: Job;
  readonly world: World;
  /** `needs`, `inputs` and other contexts that do not change from step to step. */
  readonly lookUp: (context: string, keys: readonly string[]) => Datum | null;
  /** The files that its scripts may call; null where none is followed. */
  readonly files: Files | null;
  readonly notes: StepNotes;
  /** What `secrets.<name>` is in the file that the job is written in. */
  readonly secret: (name: string) => Value;
  /** The call of an action whose steps are run; null for the steps of the job itself. */
  readonly frame: Frame | null;
}

/** One call of a composite action on one path. */
export interface Frame {
  /** The step that calls. */
  readonly step: Step;
  /** By lower-cased name. */
  readonly inputs: ReadonlyMap<string, Value>;
  /** The `env:` of the calling step, and of those that call the action it is in. */
  readonly env: ReadonlyMap<string, Value>;
  /** Where the action lies, relative to the workspace. */
  readonly directory: string;
  /** The file of the action. */
  readonly source: Source;
}

/** The language of the scripts that a shell line runs; null where it is none that has a name here. */
function languageOf(shell: ShellLine): Language | null {
  switch (shell.kind) {
    case 'posix':
      return 'shell';
    case 'python':
      return 'python';
    case 'node':
      return 'javascript';
    case 'pwsh':
    case 'powershell':
      // A template of the workflow's own adds neither line that makes errors and statuses count (semantics 1.4).
      return shell.stops ? 'powershell' : null;
    default:
      return null;
  }
}

/** The scope of a step's keys on a path. `site` is the key, which decides what may be named. */
export function stepScope(run: JobRun, site: 'step-if' | 'step-field'): Scope {
  const { world, frame } = run;
  return {
    world,
    available: world.dialect.contexts[frame ? 'composite-step' : site],
    // Semantics 9.2: where naming a secret in an action is allowed at all, it is empty.
    secret: frame ? () => emptyValue : run.secret,
    actionPath: frame && actionPath(frame),
    secretsBy: (key) => (frame ? [] : secretsByMatrix(key, run.job)),
    lookup: (context, keys, state) => lookUpInStep(run, context, keys, state),
    status: (name, state) => {
      if (name === 'always') return known(true);
      if (name === 'cancelled') return known(false);
      return known(name === 'failure' ? state.failed : !state.failed);
    },
  };
}

function lookUpInStep(run: JobRun, context: string, keys: readonly string[], state: State): Datum | null {
  const [first] = keys;
  if (context === 'env') {
    if (first === undefined) return { kind: 'object', id: 'env', lacks: [] };
    return stringDatum(environmentValue(state, first));
  }
  if (context === 'steps') return stepsDatum(run, keys, state);
  if (context === 'inputs' && run.frame) return inputDatum(run.frame, keys);
  if (context === 'matrix') return matrixDatum(run.job, keys, state) ?? run.lookUp(context, keys);
  if (context === 'runner' && first === 'os') {
    const system = systemAt(run.job, state, stepScope(run, 'step-field'));
    return system ? stringDatum(constant(system)) : run.lookUp(context, keys);
  }
  if (context === 'job' && first === 'status')
    return stringDatum(constant(state.failed ? 'failure' : 'success'));
  return run.lookUp(context, keys);
}

const lowered = new WeakMap<ReadonlyMap<string, Value>, ReadonlyMap<string, Value>>();

/** The first of the variables that go by one name if case is ignored. An environment is not changed once it is a state's. */
function byLowerCase(environment: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  const known = lowered.get(environment);
  if (known) return known;
  const names = new Map<string, Value>();
  for (const [key, value] of environment) {
    const name = key.toLowerCase();
    if (!names.has(name)) names.set(name, value);
  }
  lowered.set(environment, names);
  return names;
}

/** `env.<name>`, names ignoring case; an unset one is ''. */
function environmentValue(state: State, name: string): Value {
  const value = byLowerCase(state.stepEnv).get(name) ?? byLowerCase(state.jobEnv).get(name);
  if (value) return resolve(state.constraints, value);
  // An `env:` that is one expression may set any name, and so may an action.
  const any = state.jobEnv.get(ANY_NAME);
  if (!any) return emptyValue;
  return any.pieces.length === 0 ? any : unknownValue(`env.${name}`);
}

/** Stands for every name of the environment that is not there by itself. */
const ANY_NAME = '*';

/**
 * The environment behind an action that may set variables for the steps after it; `lacks`: the secrets for want of which it
 * has failed, and has set none.
 */
function afterAction(state: State, fact: ActionFact | null, effect: string, lacks: readonly string[]): void {
  if (fact ? fact.exports !== true : effect !== 'work') return;
  const any = lacks.length > 0 ? constant('', lacks) : unknownValue('env of an action', [], true);
  if (lacks.length > 0 && state.jobEnv.has(ANY_NAME)) return;
  state.jobEnv = new Map(state.jobEnv).set(ANY_NAME, any);
}

function inputDatum({ step, inputs }: Frame, keys: readonly string[]): Datum {
  const [name] = keys;
  if (name === undefined || name === '*')
    return { kind: 'object', id: `inputs of step ${step.index}`, lacks: [] };
  return stringDatum(inputs.get(name) ?? emptyValue);
}

/** `github.action_path`. */
function actionPath({ directory }: Frame): Value {
  const workspace = hole('github.workspace', { nonEmpty: true });
  return { pieces: directory === '' ? [workspace] : [workspace, `/${directory}`], lacks: [] };
}

function stepsDatum({ job, frame }: JobRun, path: readonly string[], state: State): Datum {
  const [id, what, key] = path;
  if (id === undefined) return { kind: 'object', id: 'steps', lacks: [] };
  const caller = frame?.step ?? null;
  const step = job.steps.find(
    (candidate) => candidate.caller === caller && candidate.id?.toLowerCase() === id,
  );
  // The steps of an action go by their own names, which tell nothing of the steps of the job.
  const keys = caller ? [`${caller.index}>${id}`, ...path.slice(1)] : path;
  const result = step ? state.steps.get(step.index) : undefined;
  const name = `${job.id}:steps.${keys.join('.')}`;
  if (step && !result && state.alarm) return unknownDatum(`${name} of a failed job`);
  // A step that was not reached, or that does not exist, has neither outputs nor an outcome (semantics 7.6).
  if (!step || !result) return stringDatum(emptyValue);
  if (what === 'outcome' || what === 'conclusion') {
    const ended = result[what];
    return ended === 'unknown' ? unknownDatum(name) : stringDatum(constant(ended));
  }
  if (what !== 'outputs' || key === undefined) return { kind: 'object', id: name, lacks: result.lacks };
  for (const [name, value] of result.outputs)
    if (name.toLowerCase() === key) return stringDatum(resolve(state.constraints, value));
  // What an action that failed for want of a secret would have given is missing, too.
  if (!result.openOutputs) return stringDatum(constant('', result.lacks));
  return unknownDatum(`${result.lacks.length > 0 ? PRIVATE : ''}${name}`, result.lacks);
}

/**
 * Runs one step on one path. Its own `env:` is evaluated first: the `if:` and everything else of the step see it
 * (semantics 3.6).
 */
export function runStep(step: Step, start: State, run: JobRun): State[] {
  const free = step.if !== null && namesStatusFunction(step.if);
  if (start.failed && !free) return [skip(step, start, run)];
  const around = run.frame?.env ?? noEnvironment;
  start.stepEnv = around;
  return onSystems(step, start, run)
    .flatMap((path) => enterEnvironment(step, path, run))
    .flatMap((path) => (step.if ? runIf(step, step.if, path, run) : enterStep(step, path, run)))
    .map((end) => {
      end.stepEnv = around;
      return end;
    });
}

/**
 * One path for each leg of the matrix where the step is another one on Windows: an unset `shell:` is PowerShell
 * there (semantics 1.1), and `runner.os` answers otherwise.
 */
function onSystems(step: Step, state: State, run: JobRun): State[] {
  const asks = step.if?.template.scalar.text.text.includes('runner.') ?? false;
  const unset = step.run !== null && !(step.shell ?? run.job.defaults.shell ?? run.workflow.defaults.shell);
  return asks || unset ? splitBySystem(run.job, state, stepScope(run, 'step-field')) : [state];
}

const noEnvironment: ReadonlyMap<string, Value> = new Map();

function runIf(step: Step, condition: ConditionText, state: State, run: JobRun): State[] {
  return judgeCondition(condition, state, stepScope(run, 'step-if')).flatMap((judged): State[] => {
    if (judged.truth === 'error') return failBeforeStart(step, judged.state, run);
    const { lacks, truth } = judged;
    return decide(judged.state, truth, { site: condition, where: condition.span, lacks }).flatMap((branch) =>
      branch.answer ? enterStep(step, branch.state, run) : [skip(step, branch.state, run)],
    );
  });
}

function skip(step: Step, state: State, run: JobRun): State {
  record(state, { kind: 'step', index: step.index, what: 'skipped' });
  return withResult(
    state,
    step,
    {
      outcome: 'skipped',
      conclusion: 'skipped',
      outputs: new Map(),
      openOutputs: false,
      lacks: [],
    },
    run,
  );
}

/** Remembers how the step ended, where anything in the job asks for it. */
function withResult(state: State, step: Step, result: StepResult, run: JobRun): State {
  if (referencesOf(run.job).read.has(step.index)) state.steps = new Map(state.steps).set(step.index, result);
  return state;
}

function failBeforeStart(step: Step, state: State, run: JobRun): State[] {
  record(state, { kind: 'step', index: step.index, what: 'ran' });
  return finishStep(step, state, run, {
    failed: true,
    because: null,
    outputs: new Map(),
    open: false,
    lacks: [],
  });
}

function enterEnvironment(step: Step, start: State, run: JobRun): State[] {
  const around = run.frame?.env ?? noEnvironment;
  return interpolateEnv(step.env, around, start, stepScope(run, 'step-field')).map(({ state, values }) => {
    state.stepEnv = values;
    return state;
  });
}

function enterStep(step: Step, state: State, run: JobRun): State[] {
  record(state, { kind: 'step', index: step.index, what: 'ran' });
  if (lacksSomething(step, state, run)) run.notes.isReached(step);
  if (step.uses) return runAction(step, step.uses, state.stepEnv, state, run);
  if (step.run) return runCommandStep(step, step.run, state.stepEnv, state, run);
  return finishStep(step, state, run, {
    failed: false,
    because: null,
    outputs: new Map(),
    open: false,
    lacks: [],
  });
}

/** Is the step given anything that a missing secret shaped, by its environment or by its own text? */
function lacksSomething(step: Step, state: State, { job, world: { missing } }: JobRun): boolean {
  if (missing.size === 0) return false;
  const lacks = (value: Value) => value.lacks.length > 0;
  if ([...state.stepEnv.values(), ...state.jobEnv.values()].some(lacks)) return true;
  return secretsOfStep(step, job).some(({ name }) => name === '*' || missing.has(name));
}

export interface Finish {
  readonly failed: boolean;
  /** The step of a called action that failed first; the step itself where this is not given. */
  readonly failedAt?: number | null;
  readonly because: Failure | null;
  readonly outputs: ReadonlyMap<string, Value>;
  readonly open: boolean;
  readonly lacks: readonly string[];
}

/** Sets the step's outcome and conclusion, and the job's status (semantics 5). */
export function finishStep(step: Step, state: State, run: JobRun, finish: Finish): State[] {
  const outcome: Outcome = finish.failed ? 'failure' : 'success';
  const result = (conclusion: Outcome): StepResult => ({
    outcome,
    conclusion,
    outputs: finish.outputs,
    openOutputs: finish.open,
    lacks: finish.lacks,
  });
  if (!finish.failed) return [withResult(state, step, result('success'), run)];
  return forgives(step, state, run).map((path) => {
    if (!path.forgiven) {
      if (!path.state.failed) path.state.failedAt = finish.failedAt ?? step.index;
      path.state.failed = true;
      return withResult(path.state, step, result('failure'), run);
    }
    const { missing } = run.world;
    const flag = step.continueOnError;
    if (missing.size > 0 && flag) {
      const failure = finish.because ?? {
        where: step.headSpan,
        work: '',
        name: 'the step',
        lacks: [...missing],
        silent: false,
        guessed: false,
      };
      record(path.state, { kind: 'mask', failure, where: flag.span, by: 'continue-on-error' });
    }
    return withResult(path.state, step, result('success'), run);
  });
}

function forgives(step: Step, state: State, run: JobRun): { state: State; forgiven: boolean }[] {
  const flag = step.continueOnError;
  if (!flag) return [{ state, forgiven: false }];
  if (flag.literal !== null) return [{ state, forgiven: flag.literal }];
  return judgeCondition(
    { template: flag.template, bare: false, span: flag.span },
    state,
    stepScope(run, 'step-field'),
  ).flatMap((judged) =>
    judged.truth === 'error'
      ? [{ state: judged.state, forgiven: false }]
      : decide(judged.state, judged.truth, { site: flag, where: flag.span, lacks: judged.lacks }).map(
          (branch) => ({ state: branch.state, forgiven: branch.answer }),
        ),
  );
}

// --- run: ---------------------------------------------------------------------------------------------

function runCommandStep(
  step: Step,
  script: Template,
  environment: ReadonlyMap<string, Value>,
  state: State,
  run: JobRun,
): State[] {
  const shell = shellLineOf(step, state, run);
  if (!shell) return opaque(step, environment, state, run, 'its shell is chosen by an expression');
  const done = { failed: false, because: null, outputs: new Map(), open: false, lacks: [] };
  if (shell.kind === 'runs-nothing') return finishStep(step, state, run, done);
  if (shell.kind === 'fails') return finishStep(step, state, run, { ...done, failed: true });
  return runScriptIn(step, script, shell, environment, state, run);
}

function runScriptIn(
  step: Step,
  script: Template,
  shell: ShellLine,
  environment: ReadonlyMap<string, Value>,
  state: State,
  run: JobRun,
): State[] {
  const language = languageOf(shell);
  const name = shell.kind === 'other' ? shell.command : shell.kind;
  const unmodelled = () => opaque(step, environment, state, run, `${name} scripts are not modelled`);
  if (!language) return unmodelled();
  const broken = brokenExpression(script, state, run);
  if (broken) return blank(step, state, run, broken);
  recordEvaluated(script, state, run);
  const program = programOf(script, language);
  if (!program) return unmodelled();
  if (program.unreadable)
    return opaque(step, environment, state, run, `its script cannot be read: ${program.unreadable.reason}`);
  const line = shell.kind === 'posix' ? shell : null;
  return runScriptStep(step, program, line, environment, state, run);
}

function shellLineOf(step: Step, state: State, run: JobRun): ShellLine | null {
  // Semantics 1.7: the defaults of the job are not those of the actions that it calls.
  const given = step.shell ?? (run.frame ? null : (run.job.defaults.shell ?? run.workflow.defaults.shell));
  let text: string | null = null;
  if (given) {
    const [result] = interpolate(given, fork(state), stepScope(run, 'step-field'));
    text = result?.value ? textOf(resolve(result.state.constraints, result.value)) : null;
    if (text === null) return null;
  }
  return shellOf(run.world.dialect, {
    shell: text === '' ? null : text,
    container: run.job.container,
    runsOnWindows: systemAt(run.job, state, stepScope(run, 'step-field')) === 'Windows',
  });
}

/** The step's `working-directory:`, empty where it has none. */
function workingDirectory(step: Step, state: State, run: JobRun): Value {
  const { defaults } = run.job;
  const given =
    step.workingDirectory ??
    (run.frame ? null : (defaults.workingDirectory ?? run.workflow.defaults.workingDirectory));
  if (!given) return emptyValue;
  const [result] = interpolate(given, fork(state), stepScope(run, 'step-field'));
  return result?.value ? resolve(result.state.constraints, result.value) : unknownValue('working-directory');
}

/** An expression in the script that cannot be evaluated on this path; null where all can. */
function brokenExpression(script: Template, state: State, run: JobRun): Template['parts'][number] | null {
  const scope = stepScope(run, 'step-field');
  for (const part of script.parts) {
    if (part.kind !== 'expression') continue;
    if (!part.expr) return part;
    if (evaluate(part.expr, fork(state), scope).some((result) => result.datum.kind === 'error')) return part;
  }
  return null;
}

/** What another world cannot evaluate is a decision of this one too: without it the two could not be compared. */
function recordEvaluated(script: Template, state: State, run: JobRun): void {
  if (run.world.dialect.interpolationError === 'fails') return;
  for (const part of script.parts) {
    if (part.kind !== 'expression' || !part.expr || !mayBeBroken(part.expr)) continue;
    record(state, {
      kind: 'decision',
      site: part,
      where: part.at,
      outcome: 'evaluated',
      lacks: [],
      because: null,
    });
  }
}

/** Does it call something that refuses a text for what it holds? */
function mayBeBroken(expr: Expr): boolean {
  let found = false;
  walkExpr(expr, (node) => {
    if (node.kind === 'call' && (node.name === 'fromjson' || node.name === 'format')) found = true;
  });
  return found;
}

/** Semantics 4.16: GitHub fails the step, the act family runs an empty script. */
function blank(step: Step, state: State, run: JobRun, part: Template['parts'][number]): State[] {
  const fails = run.world.dialect.interpolationError === 'fails';
  if (!fails)
    record(state, {
      kind: 'decision',
      site: part,
      where: part.at,
      outcome: 'blank',
      lacks: [...run.world.missing],
      because: null,
    });
  return finishStep(step, state, run, {
    failed: fails,
    because: null,
    outputs: new Map(),
    open: false,
    lacks: [],
  });
}

/** Runs the script of a step, once for all the worlds and ways to come to it that do not differ in what it is given. */
function recalledScript(
  step: Step,
  program: Program,
  shell: Extract<ShellLine, { kind: 'posix' }> | null,
  start: State,
  outer: State,
  run: JobRun,
): State[] {
  const fields = stepScope(run, 'step-field');
  const directory = workingDirectory(step, outer, run);
  const windows = systemAt(run.job, outer, fields) === 'Windows';
  const forgiven = isForgiven(step);
  const { job, notes } = run;
  const toll = tollOf(run);
  const account = accountOf(step, notes.budget);
  let nodes = 0;
  const runIn = (path: State, scope: Scope) =>
    runScript(program, shell, path, {
      world: scope.world,
      job: job.id,
      step: step.index,
      forgiven,
      toll: () => {
        nodes++;
        charge(account, notes.budget);
        toll();
      },
      paste: (expr, at) => evaluate(expr, at, scope),
      ambient: (name) =>
        name === 'GITHUB_ACTION_PATH' && run.frame ? actionPath(run.frame) : ambient(name, scope.world),
      windows,
      legacyPowerShell: shell === null && shellLineOf(step, outer, run)?.kind === 'powershell',
      checkout: checkoutOf(run.files, job, step, directory),
      notJudged: (reason) => notes.cannotFollow(job, step, reason),
      handsOn: (lacks) => notes.handsOn(job.id, step.index, lacks),
    });
  // What stands for all secrets is another thing in each world.
  if (secretsOfStep(step, job).some(({ name }) => name === '*')) return runIn(start, fields);
  const given = () =>
    `${givenTo(start, { job: job.id, step: step.index, forgiven })} ${keyOf(directory)} ${windows}`;
  return recalled(
    program,
    start,
    given,
    notes.memory,
    (question, path) => answerOf(question, path, fields),
    (path, questions) => runIn(path, noting(fields, questions)),
    () => nodes,
  );
}

function runScriptStep(
  step: Step,
  program: Program,
  shell: Extract<ShellLine, { kind: 'posix' }> | null,
  environment: ReadonlyMap<string, Value>,
  state: State,
  run: JobRun,
): State[] {
  const refused = refusedBy(run.notes.budget, step);
  if (refused !== null) return opaque(step, environment, state, run, refused);
  enterShell(state, environment, ownEnvironment(step, environment, run));
  let ends: State[];
  const outer = fork(state);
  try {
    ends = recalledScript(step, program, shell, state, outer, run);
  } catch (error) {
    if (isStackOverflow(error))
      return opaque(step, environment, outer, run, 'the script is nested too deeply');
    if (!(error instanceof OutOfBudget)) throw error;
    return opaque(step, environment, outer, run, error.message);
  }
  return mergeStates(
    ends.flatMap((end) => {
      const { status } = end;
      const outputs = readEntries(fileText(end, 'output', run));
      const variables = readEntries(fileText(end, 'env', run));
      if (variables.entries.size > 0) end.jobEnv = new Map([...end.jobEnv, ...variables.entries]);
      leaveShell(end, step, run);
      return finishStep(step, end, run, {
        failed: status.code !== 0,
        because: status.because,
        outputs: outputs.entries,
        open: outputs.open,
        lacks: [],
      });
    }),
  );
}

/** Is a failure of the step, or of the action that it is part of, swallowed? */
function isForgiven(step: Step): boolean {
  for (let at: Step | null = step; at; at = at.caller) {
    if (at.continueOnError && at.continueOnError.literal !== false) return true;
  }
  return false;
}

/** Counts what is run in the scripts of an action. */
function tollOf({ frame, files }: JobRun): () => void {
  if (!frame || !files) return () => {};
  let count = 0;
  return () => spendOn(frame.source, 1, ++count, files.actions);
}

/** What a script wrote to the files whose paths the runner gives it. */
function fileText(state: State, command: 'output' | 'env', run: JobRun): Value {
  for (const name of run.world.dialect.fileCommands[command]) {
    const written = state.files.get(nameOf(fileCommandPath(name)));
    if (written) return resolve(state.constraints, written);
  }
  return emptyValue;
}

function fileCommandPath(variable: string): Value {
  return { pieces: [hole(`path in ${variable}`, { nonEmpty: true, excludes: 'all' })], lacks: [] };
}

/** `own` is the part of the environment that is meant for this very step. */
function enterShell(
  state: State,
  environment: ReadonlyMap<string, Value>,
  own: ReadonlyMap<string, Value>,
): void {
  state.vars = tableOf(state.jobEnv);
  for (const [name, value] of environment) {
    setVariable(state, name, { value, elements: null, exact: true, exported: true, fromStep: own.has(name) });
  }
  state.functions = PersistentMap.empty();
  state.positional = [];
  state.traps = new Map();
  state.frames = [];
  state.input = emptyValue;
  state.out = null;
  state.background = null;
  state.pipeStatus = [];
  state.cwd = null;
  state.opened = false;
  state.data = PersistentMap.empty();
  state.cells = PersistentMap.empty();
  state.handling = null;
  state.route = '';
  for (const name of state.files.keys())
    if (name.startsWith('path in ')) state.files = state.files.without(name);
}

const tables = new WeakMap<ReadonlyMap<string, Value>, PersistentMap<Variable>>();

/** The environment of a job as variables: every script of the job begins with it. */
function tableOf(environment: ReadonlyMap<string, Value>): PersistentMap<Variable> {
  let table = tables.get(environment);
  if (table) return table;
  table = noVariables;
  for (const [name, value] of environment)
    table = table.with(name, { value, elements: null, exact: true, exported: true, fromStep: false });
  tables.set(environment, table);
  return table;
}

/** Forgets the shell, so that paths which only differed in it can be joined. */
function leaveShell(state: State, step: Step, run: JobRun): void {
  state.vars = noVariables;
  state.functions = PersistentMap.empty();
  state.positional = [];
  state.traps = new Map();
  state.input = null;
  state.out = null;
  state.flow = null;
  state.background = null;
  state.substitution = null;
  state.pipeStatus = [];
  state.status = { code: 0, because: null, lacks: [] };
  for (const [name, text] of state.files) {
    if (text.lacks.length > 0 && isKept(name)) continue;
    if (!isNamedAfter(step, name, run.job)) state.files = state.files.without(name);
  }
}

/** Does a later script name the file? What it was written is forgotten otherwise. */
function isNamedAfter(step: Step, file: string, job: Job): boolean {
  const literal = /^"(.*)"$/.exec(file)?.[1] ?? '';
  const base = literal.slice(literal.lastIndexOf('/') + 1);
  return base !== '' && referencesOf(job).lastHolding(base) > step.index;
}

/** Environment variables that the runner or any machine sets; a name that nobody sets is unset (semantics 2.3). */
function ambient(name: string, world: World): Value | null {
  const { dialect, context } = world;
  for (const variables of Object.values(dialect.fileCommands))
    if (variables.includes(name)) return fileCommandPath(name);
  if (dialect.tokenVariables.includes(name)) return { pieces: [hole(name, { nonEmpty: true })], lacks: [] };
  const fixed = dialect.environment.get(name);
  if (fixed !== undefined) return constant(fixed);
  const field = dialect.contextVariables.get(name);
  if (field !== undefined) {
    const fact = context.known(field);
    return fact ? knownValue(fact) : unknownValue(`github.${field}`);
  }
  if (/^((GITHUB|GITEA|FORGEJO|RUNNER|ACTIONS)_|npm_(package|config|lifecycle)_)/.test(name))
    return unknownValue(`environment ${name}`);
  if (ON_EVERY_MACHINE.has(name)) return unknownValue(`environment ${name}`, [], true);
  return ON_SOME_MACHINES.has(name) ? unknownValue(`environment ${name}`) : null;
}

const ON_EVERY_MACHINE: ReadonlySet<string> = new Set(['HOME', 'PATH', 'PWD']);

/** Linux has no `TMPDIR`; a container has neither a user nor a language; a shell has no directory before it went to one. */
const ON_SOME_MACHINES: ReadonlySet<string> = new Set([
  'HOSTNAME',
  'LANG',
  'LOGNAME',
  'OLDPWD',
  'SHELL',
  'SHLVL',
  'TMPDIR',
  'USER',
]);

// --- steps that are not modelled, and actions -----------------------------------------------------------

/**
 * The environment less what a calling step sets and this one does not mention: what stands beside `uses:` is for
 * whoever in the action asks for it.
 */
function ownEnvironment(
  step: Step,
  environment: ReadonlyMap<string, Value>,
  run: JobRun,
): ReadonlyMap<string, Value> {
  const { follows } = step;
  if (follows?.kind === 'followed')
    return new Map([...environment].filter(([name]) => actionMentions(follows, name)));
  const around = run.frame?.env;
  if (!around || around.size === 0) return environment;
  const text = step.run?.scalar.text.text ?? '';
  const own = new Set(step.env.map((entry) => entry.name));
  return new Map(
    [...environment].filter(([name]) => !around.has(name) || own.has(name) || mentions(text, name)),
  );
}

/** Secrets that the step is given: by its `env:`, its inputs and its text. */
function stepLacks(environment: ReadonlyMap<string, Value>): readonly string[] {
  let lacks: readonly string[] = [];
  for (const value of environment.values()) lacks = union(lacks, value.lacks);
  return lacks;
}

/** A step whose inside is not known: it does some work, and where it would be forgiven it may fail for want of a secret. */
function opaque(
  step: Step,
  environment: ReadonlyMap<string, Value>,
  state: State,
  run: JobRun,
  reason: string,
): State[] {
  const lacks = stepLacks(ownEnvironment(step, environment, run));
  run.notes.cannotFollow(run.job, step, reason);
  if (lacks.length > 0 || (step.run && pastesLack(step.run, state, run))) run.notes.isReached(step);
  const name = step.uses ? actionName(step.uses.scalar.text.text.trim()) : 'the script';
  const doneState = fork(state);
  addWork(doneState, {
    key: `${step.index}`,
    name,
    where: step.headSpan,
    step: step.index,
    rehearsal: false,
  });
  const finish = { because: null, outputs: new Map(), open: true, lacks };
  const ends = finishStep(step, doneState, run, { ...finish, failed: false });
  if (lacks.length === 0 || !isForgiven(step)) return ends;
  const failure: Failure = {
    where: step.headSpan,
    work: `${step.index}`,
    name,
    lacks,
    silent: false,
    guessed: true,
  };
  const failing = fork(state);
  record(failing, { kind: 'failure', failure });
  return [...ends, ...finishStep(step, failing, run, { ...finish, failed: true, because: failure })];
}

/** Is a value pasted into the script that a missing secret shaped? */
function pastesLack(script: Template, state: State, run: JobRun): boolean {
  const results = interpolate(script, fork(state), stepScope(run, 'step-field'));
  return results.some(({ value }) => value !== null && value.lacks.length > 0);
}

/** The script that the action is given to run, where it is known how it runs it. */
function inlineScriptOf(step: Step, uses: Template): Template | null {
  const fact = inlineScript(actionName(uses.scalar.text.text.trim()));
  if (!fact || step.with.some((entry) => fact.unless.includes(entry.name.toLowerCase()))) return null;
  return step.with.find((entry) => entry.name.toLowerCase() === fact.input)?.value ?? null;
}

/** `bash -c`: no option is set. */
const plainShell: Extract<ShellLine, { kind: 'posix' }> = {
  kind: 'posix',
  program: 'bash',
  errexit: false,
  nounset: false,
  pipefail: false,
};

function runAction(
  step: Step,
  uses: Template,
  environment: ReadonlyMap<string, Value>,
  state: State,
  run: JobRun,
): State[] {
  const script = inlineScriptOf(step, uses);
  if (script) return runScriptIn(step, script, plainShell, environment, state, run);
  let open: { state: State; inputs: Map<string, Value> }[] = [{ state, inputs: new Map() }];
  const scope = stepScope(run, 'step-field');
  for (const entry of step.with) {
    const next: typeof open = [];
    for (const path of open) {
      const { follows } = step;
      const results =
        follows?.kind === 'followed'
          ? interpolateInput(
              entry.value,
              path.state,
              scope,
              `input ${entry.name} of ${run.job.id}:${step.index}`,
            )
          : interpolate(entry.value, path.state, scope);
      for (const result of results) {
        const inputs = results.length === 1 ? path.inputs : new Map(path.inputs);
        inputs.set(entry.name.toLowerCase(), result.value ?? emptyValue);
        next.push({ state: result.state, inputs });
      }
    }
    open = next;
  }
  const { follows } = step;
  if (follows?.kind === 'followed')
    return open.flatMap((path) =>
      isReachedAction(step, follows, path.inputs, environment, path.state, run) &&
      isAffordable(follows, step, run)
        ? runComposite(step, follows, path.inputs, environment, path.state, run, runStep)
        : runActionWith(step, uses.scalar.text.text.trim(), path.inputs, environment, path.state, run),
    );
  return open.flatMap((path) =>
    runActionWith(step, uses.scalar.text.text.trim(), path.inputs, environment, path.state, run),
  );
}

/** Has following the action not been found to cost too much? Tells where it has. */
function isAffordable({ action }: FollowedAction, step: Step, run: JobRun): boolean {
  const { notes, job, files } = run;
  if (files && !files.actions.closed && !files.actions.excluded.has(action.source)) return true;
  notes.cannotFollow(job, step, `its action ${action.source.path} takes too long to follow`);
  return false;
}

function runActionWith(
  step: Step,
  uses: string,
  inputs: ReadonlyMap<string, Value>,
  environment: ReadonlyMap<string, Value>,
  state: State,
  run: JobRun,
): State[] {
  const fact = actionFact(uses, run.world.facts);
  const name = actionName(uses);
  const effect = actionEffect(uses, run.world.facts);
  if (isScriptAction(name)) return runScriptAction(step, name, inputs, environment, state, run);
  if (step.follows?.kind === 'not-followed') run.notes.cannotFollow(run.job, step, step.follows.reason);
  if (step.follows && stepLacks(new Map([...environment, ...inputs])).length > 0) run.notes.isReached(step);
  const lacks = actionLacks(fact, inputs, environment, state);
  const behaviour = lacks.length === 0 ? 'succeeds' : actionWithout(fact, uses, inputs, environment, state);
  const finish = { because: null, outputs: new Map(), open: true, lacks };
  const fails = (at: State): State[] => {
    const failure: Failure = {
      where: step.uses ? step.uses.scalar.span : step.headSpan,
      work: `${step.index}`,
      name,
      lacks,
      silent: false,
      guessed: true,
    };
    record(at, { kind: 'failure', failure });
    keepCredentialsOfAction(name, lacks, at);
    afterAction(at, fact, effect, lacks);
    return finishStep(step, at, run, { ...finish, failed: true, because: failure, open: false });
  };
  if (behaviour === 'fails') return fails(state);
  if (behaviour === 'goes-on-silently') {
    record(state, {
      kind: 'failure',
      failure: {
        where: softPlace(step, fact),
        work: `${step.index}`,
        name,
        lacks,
        silent: true,
        guessed: true,
      },
    });
    return finishStep(step, state, run, { ...finish, failed: false });
  }
  const done = fork(state);
  afterAction(done, fact, effect, []);
  if (effect === 'work') {
    const rehearsal = (fact?.rehearsal ?? []).some(
      (entry) => textOf(resolve(state.constraints, inputs.get(entry.input) ?? emptyValue)) === entry.value,
    );
    addWork(done, {
      key: `${step.index}${rehearsal ? ':rehearsal' : ''}`,
      name,
      where: step.uses ? step.uses.scalar.span : step.headSpan,
      step: step.index,
      rehearsal,
    });
  }
  const ends = finishStep(step, done, run, { ...finish, failed: false });
  if (behaviour === 'unknown') return [...ends, ...fails(fork(state))];
  const perhaps = fact ? [] : stepLacks(ownEnvironment(step, environment, run));
  if (perhaps.length === 0 || effect !== 'work' || !isForgiven(step)) return ends;
  const failure: Failure = {
    where: step.headSpan,
    work: `${step.index}`,
    name,
    lacks: perhaps,
    silent: false,
    guessed: true,
  };
  const failing = fork(state);
  record(failing, { kind: 'failure', failure });
  return [...ends, ...finishStep(step, failing, run, { ...finish, failed: true, because: failure })];
}

/** The action without its version and host. */
function actionName(uses: string): string {
  const at = uses.indexOf('@');
  return (at < 0 ? uses : uses.slice(0, at)).replace(/^https?:\/\/[^/]+\//, '');
}

function isScriptAction(name: string): boolean {
  return name.toLowerCase() === 'actions/github-script';
}

/**
 * `actions/github-script`: its `script` is the body of an async function. It asks for a token and a script, and an
 * empty text is none (semantics 9.3; the token's default holds only where the key is absent, 2.5).
 */
function runScriptAction(
  step: Step,
  name: string,
  inputs: ReadonlyMap<string, Value>,
  environment: ReadonlyMap<string, Value>,
  state: State,
  run: JobRun,
): State[] {
  const script = step.with.find((entry) => entry.name.toLowerCase() === 'script')?.value;
  const unmodelled = (reason: string) =>
    opaque(step, new Map([...environment, ...inputs]), state, run, reason);
  if (!script) return failBeforeStart(step, state, run);
  const token = inputs.get('github-token');
  const without = token && isEmpty(state.constraints, token);
  if (without?.answer === 'unknown') {
    return decide(state, without, { site: script, where: step.headSpan, lacks: token?.lacks ?? [] }).flatMap(
      (branch) => runScriptAction(step, name, inputs, environment, branch.state, run),
    );
  }
  if (token && without?.answer === true) {
    const where = step.uses ? step.uses.scalar.span : step.headSpan;
    const { lacks } = token;
    const failure: Failure = { where, work: `${step.index}`, name, lacks, silent: false, guessed: true };
    if (lacks.length > 0) record(state, { kind: 'failure', failure });
    const because = lacks.length > 0 ? failure : null;
    return finishStep(step, state, run, { failed: true, because, outputs: new Map(), open: false, lacks });
  }
  const program = programOf(script, 'javascript', 'github-script');
  if (!program) return unmodelled('JavaScript is not modelled');
  if (program.unreadable) return unmodelled(`its script cannot be read: ${program.unreadable.reason}`);
  const given = new Map(environment);
  for (const [input, value] of inputs) {
    // The runner gives every input to the action's own process (semantics 9.5).
    if (input !== 'script' && input !== 'github-token') given.set(inputVariable(input), value);
  }
  return runScriptStep(step, program, null, given, state, run);
}

function inputVariable(input: string): string {
  return `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`;
}

/** Where a person would make the action strict: the input that makes it soft where it is given, else the `uses`. */
function softPlace(step: Step, fact: ActionFact | null): Span {
  const soft = fact?.softIf ?? (typeof fact?.whenMissing === 'object' ? fact.whenMissing.softUnless : null);
  const entry = step.with.find((candidate) => candidate.name.toLowerCase() === soft?.input.toLowerCase());
  return entry?.value.scalar.span ?? step.uses?.scalar.span ?? step.headSpan;
}

/** The missing secrets that the action is given as credentials and cannot do without. */
function actionLacks(
  fact: ActionFact | null,
  inputs: ReadonlyMap<string, Value>,
  environment: ReadonlyMap<string, Value>,
  state: State,
): readonly string[] {
  if (fact?.unneededIf?.some((entry) => inputText(entry.input, inputs, state) === entry.value)) return [];
  const tolerated = fact?.tolerates ?? [];
  let lacks: readonly string[] = [];
  for (const [name, value] of inputs) {
    if (value.lacks.length === 0 || tolerated.includes(name)) continue;
    if (!fact || fact.credentials.includes(name)) lacks = union(lacks, value.lacks);
  }
  for (const name of fact?.env ?? []) {
    const value = environment.get(name) ?? state.jobEnv.get(name);
    if (!value || value.lacks.length === 0 || tolerated.includes(name)) continue;
    if (isEmpty(state.constraints, value).answer === true) lacks = union(lacks, value.lacks);
  }
  return lacks;
}

/** The text of an input, lower case; null where it is absent or not known. */
function inputText(name: string, inputs: ReadonlyMap<string, Value>, state: State): string | null {
  const value = inputs.get(name.toLowerCase());
  return value ? (textOf(resolve(state.constraints, value))?.toLowerCase() ?? null) : null;
}

function actionWithout(
  fact: ActionFact | null,
  uses: string,
  inputs: ReadonlyMap<string, Value>,
  environment: ReadonlyMap<string, Value>,
  state: State,
): 'fails' | 'goes-on-silently' | 'succeeds' | 'unknown' {
  // What a local action does with an empty input is for its own file to say.
  if (uses.startsWith('./')) return 'succeeds';
  if (!fact) return 'fails';
  const silently = fact.effect === 'work' ? 'goes-on-silently' : 'succeeds';
  const { whenMissing, softIf } = fact;
  if (softIf && inputText(softIf.input, inputs, state) === softIf.value.toLowerCase()) return silently;
  const softEnv = softIf?.env ? (environment.get(softIf.env) ?? state.jobEnv.get(softIf.env)) : undefined;
  if (softEnv && textOf(resolve(state.constraints, softEnv))?.toLowerCase() === softIf?.value.toLowerCase())
    return silently;
  if (whenMissing === 'fails' || whenMissing === 'unknown') return whenMissing;
  if (whenMissing === 'goes-on') return silently;
  return inputText(whenMissing.softUnless.input, inputs, state) === whenMissing.softUnless.value.toLowerCase()
    ? 'fails'
    : silently;
}
