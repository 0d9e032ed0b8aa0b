/** What a replay says of a finding, or of one of its contexts. */
export type ReplayVerdict =
  /** The sandbox ran both worlds, and they ended as the finding says. */
  | 'confirmed'
  /** It ran both worlds, and they did not: a bug of ours. */
  | 'contradicted'
  /** It could not run what decides. */
  | 'not-replayable';

/** One job or step of a run, as a report shows it. */
export interface RunLine {
  readonly what: string;
  /** `success`, `failure` or `skipped`, for a script with its status: `failure (status 2)`. */
  readonly ended: string;
  /** The commands and actions with an effect that it ran. */
  readonly work: readonly string[];
}

/** What happened in one event. */
export interface ContextReplay {
  readonly context: string;
  readonly verdict: ReplayVerdict;
  /** A sentence without a full stop. */
  readonly reason: string;
  /** The secrets that were missing; those of the finding together, or one of them alone. */
  readonly secrets: readonly string[];
  /** Commands and actions that failed because the tables say that they need the secret: so far it is the model's word. */
  readonly restsOn: readonly string[];
  /** Scripts that were passed over, and why. */
  readonly notRun: readonly string[];
  /** What was assumed of what nobody knows: `vars.X = true`, in both worlds alike. */
  readonly assumed: readonly string[];
  readonly present: readonly RunLine[];
  readonly missing: readonly RunLine[];
  /** The script of the step in the missing world, and its environment: with the files, all that it takes to run it. */
  readonly script: { readonly text: string; readonly env: Readonly<Record<string, string>> } | null;
}

export interface Replay {
  readonly verdict: ReplayVerdict;
  /** A sentence without a full stop. */
  readonly reason: string;
  readonly contexts: readonly ContextReplay[];
}
