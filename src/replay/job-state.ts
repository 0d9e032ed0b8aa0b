import type { ShellLine } from '../forge/dialects.js';
import type { Job } from '../model/model.js';
import { type ExpressionData, lazily, record, type Scope, text } from './evaluate.js';
import type { Machine } from './sandbox.js';
import {
  type Conclusion,
  guessText,
  type Simulation,
  type StepTrace,
  type Surroundings,
} from './simulation.js';

/** A job on its way. */
export interface JobState {
  readonly simulation: Simulation;
  readonly around: Surroundings;
  readonly job: Job;
  /** Its id, with those of the jobs that call its workflow before it. */
  readonly name: string;
  /** The contexts of the job, without those that change from step to step. */
  readonly scope: Scope;
  readonly machine: Machine;
  /** The `env:` of the workflow and of the job. */
  readonly env: ReadonlyMap<string, string>;
  /** What its steps wrote for later ones; it beats `env` (semantics 7.5). */
  readonly fileEnv: Map<string, string>;
  /** By the lower-cased id: those of the job, or of the action that is run. */
  readonly steps: Map<string, StepState>;
  failed: boolean;
  /** The action whose steps are run; null for those of the job itself. */
  readonly frame: Frame | null;
  readonly shellOf: (shell: string | null) => ShellLine;
  /** How many scripts have run: each has files of its own. */
  readonly count: { next: number };
}

export interface StepState {
  readonly outcome: Conclusion;
  readonly conclusion: Conclusion;
  readonly output: (name: string) => string;
}

export interface Frame {
  readonly inputs: ReadonlyMap<string, string>;
  readonly env: ReadonlyMap<string, string>;
  readonly directory: string;
  readonly depth: number;
}

/** What a step does once it runs. */
export interface Done {
  readonly failed: boolean;
  readonly status: number | null;
  readonly work: readonly string[];
  readonly output: (name: string) => string;
  readonly calls?: StepTrace['calls'];
  readonly starved?: readonly string[];
  readonly notRun?: string;
  readonly script?: StepTrace['script'];
  readonly stderr?: string;
}

export const noOutput = () => '';

/** What a step's expressions are evaluated with; `stepEnv` is its own `env:`. */
export function stepScope(state: JobState, stepEnv: ReadonlyMap<string, string>): Scope {
  const { scope, simulation, frame } = state;
  return {
    ...scope,
    status(name) {
      if (name === 'always') return true;
      if (name === 'cancelled') return false;
      return name === 'failure' ? state.failed : !state.failed;
    },
    context(name) {
      switch (name) {
        case 'env':
          return record([...allEnv(state, stepEnv)].map(([key, value]) => [key, text(value)]));
        case 'steps':
          return lazily('steps', (id) => stepData(state.steps.get(id)));
        case 'job':
          return lazily('job', (key) =>
            text(
              key === 'status' ? (state.failed ? 'failure' : 'success') : guessText(`job.${key}`, simulation),
            ),
          );
        case 'inputs':
          return frame ? lazily('inputs', (key) => text(frame.inputs.get(key) ?? '')) : scope.context(name);
        case 'secrets':
          // Semantics 9.2: in an action there are none.
          return frame ? lazily('secrets', () => text('')) : scope.context(name);
        default:
          return scope.context(name);
      }
    },
  };
}

export function allEnv(state: JobState, stepEnv: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...state.env, ...state.fileEnv, ...stepEnv]);
}

function stepData(step: StepState | undefined): ExpressionData | undefined {
  if (!step) return undefined;
  return record([
    ['outcome', text(step.outcome)],
    ['conclusion', text(step.conclusion)],
    ['outputs', lazily('the outputs of a step', (key) => text(step.output(key)))],
  ]);
}
