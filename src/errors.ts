import type { Span } from './text/source.js';

/** The command line asks for something that does not exist or contradicts itself: status 2. */
export class UsageError extends Error {
  readonly kind = 'usage';
  /** What to do about it; one line. */
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  readonly message: string;
  /** What to do about it; one line. */
  readonly hint: string;
  /** null where it has no place in a file. */
  readonly span: Span | null;
}

/** The configuration, or another file about findings, cannot be used: status 2. */
export class ConfigError extends Error {
  readonly kind = 'config';
  /** In the order of the file; at least one. */
  readonly problems: readonly ConfigProblem[];
  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map((problem) => problem.message).join('; '));
    this.problems = problems;
  }
}

/** Something that has to be read cannot be read, and without it there is no report at all: status 3. */
export class InputError extends Error {
  readonly kind = 'input';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}
