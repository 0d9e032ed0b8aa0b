// replay/: runs the steps of a finding in a sandbox, in both worlds, to see whether it is true. May evaluate, ask
// facts and the forge's data; never asks the analysis, runs nothing of the host and never reaches the network.

/** How a command that the sandbox does not have answers: every call of it in a step alike. */
export interface StubAnswer {
  readonly status: number;
  /** What it prints; without a newline at its end where it prints nothing. */
  readonly output: string;
  /** The status of HTTP that a server answers with, for `curl -w '%{http_code}'`. */
  readonly code?: string;
}

/** One script to run. Paths are absolute ones of the sandbox's own files, below `workspace`. */
export interface ScriptRun {
  readonly script: string;
  readonly program: 'bash' | 'sh';
  readonly errexit: boolean;
  readonly nounset: boolean;
  readonly pipefail: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** By the name of the command; others succeed and print nothing. */
  readonly answers: Readonly<Record<string, StubAnswer>>;
  /** Texts that stand for secrets: a call that is given one of them consumes it. */
  readonly secrets: readonly string[];
  /** The calls, as `callKey` names them, that fail. */
  readonly failing: readonly string[];
  /** Variables that hold nothing because a secret is missing: the facts tell which commands fail then. */
  readonly empty: readonly string[];
}

/** One call of a command that changes something, or that only the sandbox's stand-in answered. */
export interface Call {
  readonly name: string;
  readonly args: readonly string[];
  readonly status: number;
  /** True where a stand-in answered, and no program of the sandbox. */
  readonly stub: boolean;
  /** The texts of the secrets that it was given. */
  readonly consumes: readonly string[];
  /** True where its work is not done because the secret is missing: what a real program does is a fact of the tables. */
  readonly starved: boolean;
  /** True where it runs a program in a language that the sandbox does not know. */
  readonly opaque: boolean;
}

export type ScriptOutcome =
  | {
      readonly kind: 'ended';
      readonly status: number;
      readonly stdout: string;
      readonly stderr: string;
      readonly calls: readonly Call[];
      /** The literal words of the script: what an unknown value may be compared with. */
      readonly words: readonly string[];
    }
  /** It was not run, or not to its end; the reason reads well behind `the script `. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A file in the sandbox by its absolute path. */
export type SandboxFiles = Readonly<Record<string, string>>;

/** A machine: files that stay from one script to the next, and nothing else. */
export interface Machine {
  run(run: ScriptRun): Promise<ScriptOutcome>;
  /** The text of a file; '' where there is none. */
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
}

export interface Sandbox {
  machine(files: SandboxFiles): Promise<Machine>;
  /** Ends whatever is left of it. */
  close(): void;
}

/** Where the repository lies in a machine. */
export const workspace = '/workspace';

/**
 * Names a call by what it is given besides secrets: the same call has the same name in the world where the secret is
 * missing.
 */
export function callKey(name: string, args: readonly string[], secrets: readonly string[]): string {
  const plain = args.map((arg) => secrets.reduce((text, secret) => text.replaceAll(secret, ''), arg));
  return [name, ...plain.filter((arg) => arg !== '')].join(' ');
}
