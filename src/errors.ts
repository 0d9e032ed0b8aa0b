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

/** The configuration cannot be used: status 2. */
export class ConfigError extends Error {
  readonly kind = 'config';
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
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

/** What a user can mend. Anything else that is thrown is a fault of hardfail. */
export type KnownError = UsageError | ConfigError | InputError;

export function isKnownError(error: unknown): error is KnownError {
  return error instanceof UsageError || error instanceof ConfigError || error instanceof InputError;
}
