import { commandEffect, isRehearsal } from '../facts/effects.js';
import type { ShellLine } from '../forge/dialects.js';
import type { Step, Template } from '../model/model.js';
import { fillInAsForge, type Scope } from './evaluate.js';
import { EVENT_FILE, payloadOf } from './event.js';
import { readFileCommands, spokenCommands } from './file-commands.js';
import { allEnv, type Done, type JobState, noOutput } from './job-state.js';
import { type Call, callKey, workspace } from './sandbox.js';
import {
  answersIn,
  fieldOfGithub,
  type Given,
  givenTo,
  guessCommand,
  guessText,
  noteCandidate,
  noteStrings,
  type Simulation,
  secretsIn,
  secretText,
  stepKey,
} from './simulation.js';

export type PosixShell = Extract<ShellLine, { kind: 'posix' }>;

export async function runScript(
  step: Step,
  run: Template,
  state: JobState,
  stepEnv: ReadonlyMap<string, string>,
  scope: Scope,
): Promise<Done> {
  const { simulation, around, frame, job } = state;
  noteStrings(run, simulation);
  const script = fillInAsForge(run, scope);
  const defaults = frame ? null : (job.defaults.shell ?? around.workflow.defaults.shell);
  const shellText = step.shell ?? defaults;
  const shell = state.shellOf(shellText && fillInAsForge(shellText, scope));
  switch (shell.kind) {
    case 'posix':
      return runText(step, script, shell, state, stepEnv, scope);
    case 'runs-nothing':
      return { failed: false, status: 0, work: [], output: noOutput };
    case 'fails':
      return { failed: true, status: null, work: [], output: noOutput };
    default: {
      const language = shell.kind === 'other' ? `'${shell.command}'` : shell.kind;
      return unseen(stepKey(state.name, step), state, `is one of ${language}`);
    }
  }
}

export async function runText(
  step: Step,
  script: string,
  shell: PosixShell,
  state: JobState,
  stepEnv: ReadonlyMap<string, string>,
  scope: Scope,
): Promise<Done> {
  const { simulation, around, frame, job, machine } = state;
  const key = stepKey(state.name, step);
  const directory =
    step.workingDirectory ??
    (frame ? null : (job.defaults.workingDirectory ?? around.workflow.defaults.workingDirectory));
  const below = directory ? fillInAsForge(directory, scope).trim() : '';
  const cwd = below.startsWith('/') ? below : `${workspace}/${below}`.replace(/\/\.?$/, '');
  const number = state.count.next++;
  const env = environment(script, state, stepEnv, number);
  const { program, errexit, nounset, pipefail } = shell;
  for (const path of Object.values(fileCommandPaths(state, number))) await machine.write(path, '');
  await machine.write(`${cwd}/.hardfail`, '');
  if ([script, ...Object.values(env)].some((text) => text.includes(EVENT_FILE)))
    await machine.write(
      EVENT_FILE,
      payloadOf(simulation.event, simulation.guesses, () => [...simulation.candidates]),
    );
  const given = givenTo(key, simulation);
  const secrets = secretsIn([script, ...Object.values(env)].join('\n'));
  for (const [name, value] of Object.entries(env)) if (secretsIn(value).length > 0) given.variables.add(name);
  const outcome = await machine.run({
    program,
    errexit,
    nounset,
    pipefail,
    script,
    env,
    cwd,
    answers: answersIn(key, simulation),
    secrets,
    failing: callsThatLack(given, simulation),
    empty: [...given.variables].filter((name) => env[name] === ''),
  });
  if (outcome.kind === 'refused') return unseen(key, state, outcome.reason);
  // Which commands a step calls is known once it has run: from then on how they answer is a guess.
  for (const { name } of outcome.calls) guessCommand(name, key, simulation);
  for (const word of outcome.words) if (isWorthATry(word)) noteCandidate(word, simulation.candidates);
  const paths = fileCommandPaths(state, number);
  const outputs = readFileCommands(await machine.read(paths.output));
  const written = readFileCommands(await machine.read(paths.env));
  for (const [name, value] of written ?? []) state.fileEnv.set(name, value);
  if (simulation.dialect.setEnvCommand === 'accepted')
    for (const [name, value] of spokenCommands(outcome.stdout, 'set-env')) state.fileEnv.set(name, value);
  const all = new Map([...spokenCommands(outcome.stdout, 'set-output'), ...(outputs ?? [])]);
  const byName = new Map([...all].map(([name, value]) => [name.toLowerCase(), value]));
  for (const call of outcome.calls)
    if (call.consumes.length > 0 && simulation.missing.size === 0)
      given.calls.set(callKey(call.name, call.args, secrets), call.consumes);
  const opaque = outcome.calls.find((call) => call.opaque);
  const failed = outcome.status !== 0 || outputs === null || written === null;
  const seen = [...allEnv(state, stepEnv)].filter(
    ([name]) => !given.variables.has(name) || isMentioned(name, script, simulation),
  );
  const plain = JSON.stringify([script, ...seen]);
  const fault = failed ? JSON.stringify([outcome.status, outcome.stderr]) : null;
  if (simulation.missing.size === 0) {
    given.fault = fault;
    given.plain = secretsIn(plain).some((secret) => simulation.about.includes(secret)) ? null : plain;
  }
  const isAlike = given.plain !== null && (given.plain === plain || given.fault === fault);
  return {
    failed: failed && !(isAlike && endsWell(step, key, simulation)),
    status: outcome.status,
    work: outcome.calls.filter(isWork).map(({ name }) => name),
    // What a program of another language has written nobody knows.
    output: (name) => byName.get(name) ?? (opaque ? guessText(`${key}: outputs.${name}`, simulation) : ''),
    calls: outcome.calls,
    starved: outcome.calls.filter(({ starved }) => starved).map(({ name }) => name),
    script: { text: script, env },
    stderr: outcome.stderr,
    ...(opaque ? { notRun: `it runs ${opaque.name}, which the sandbox does not` } : {}),
  };
}

/** May a script, or one that it calls, read a variable? */
function isMentioned(name: string, script: string, { files }: Simulation): boolean {
  return script.includes(name) || Object.values(files).some((one) => one.includes(name));
}

/**
 * Whether a step that fails in the sandbox is to end well: on a runner it would find what it looks for. Only one that is
 * given the same in both worlds, or fails in the same way. First it fails, as it did.
 */
function endsWell(step: Step, key: string, { guesses }: Simulation): boolean {
  const name = step.name?.scalar.text.text ?? step.id ?? key;
  return guesses.pick(
    `how the step '${name}' ends, which is the same in both worlds (${key})`,
    [false, true],
    ['', 'well'],
  );
}

function isWork({ name, args, starved }: Call): boolean {
  return !starved && commandEffect(name, args) === 'work' && !isRehearsal(name, args);
}

/** The calls that were given one of the missing secrets where it was there. */
function callsThatLack(given: Given, { missing }: Simulation): string[] {
  const lacking = new Set([...missing].map(secretText));
  return [...given.calls].flatMap(([call, secrets]) =>
    secrets.some((one) => lacking.has(one)) ? [call] : [],
  );
}

/** A step whose script the sandbox does not run: it does its work, and what it gives back is unknown. */
function unseen(key: string, { simulation }: JobState, reason: string): Done {
  return {
    failed: false,
    status: null,
    work: ['its script'],
    output: (name) => guessText(`${key}: outputs.${name}`, simulation),
    notRun: `the script ${reason}`,
  };
}

/** Words that only a script's own text would be compared with are left out. */
function isWorthATry(word: string): boolean {
  return /^[\w./:@-]{2,40}$/.test(word) && !word.startsWith('-') && !word.startsWith('::');
}

interface FilePaths {
  readonly output: string;
  readonly env: string;
  readonly path: string;
  readonly state: string;
  readonly summary: string;
}

function fileCommandPaths(_state: JobState, number: number): FilePaths {
  const at = (name: string) => `/runner/${number}/${name}`;
  return {
    output: at('output'),
    env: at('env'),
    path: at('path'),
    state: at('state'),
    summary: at('summary'),
  };
}

/** Everything that the step's script finds in its environment. */
function environment(
  script: string,
  state: JobState,
  stepEnv: ReadonlyMap<string, string>,
  number: number,
): Record<string, string> {
  const { simulation } = state;
  const { dialect } = simulation;
  const texts = [script, ...Object.values(simulation.files)];
  const env: Record<string, string> = {
    HOME: '/root',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    RUNNER_TEMP: '/tmp',
    RUNNER_OS: 'Linux',
    ...Object.fromEntries(dialect.environment),
  };
  for (const name of dialect.tokenVariables) env[name] = 'hardfail-token';
  for (const [name, field] of dialect.contextVariables) {
    // A value that nobody asks for need not be guessed.
    if (field === 'workspace') env[name] = workspace;
    else if (texts.some((one) => one.includes(name))) env[name] = fieldOfGithub(field, simulation);
  }
  for (const [name, value] of allEnv(state, stepEnv)) env[name] = value;
  const paths = fileCommandPaths(state, number);
  for (const command of ['output', 'env', 'path', 'state', 'summary'] as const)
    for (const name of dialect.fileCommands[command]) env[name] = paths[command];
  return env;
}
