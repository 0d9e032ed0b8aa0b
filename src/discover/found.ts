import type { Forge } from '../forge/forge.js';
import type { Source } from '../text/source.js';

export interface Input {
  readonly source: Source;
  readonly kind: 'workflow' | 'action';
  /** The forge whose root the file lies under; null for a file of no known root. */
  readonly forge: Forge | null;
}

/** Why something that should have been read was not: each makes the run incomplete. */
export interface DiscoveryError {
  /** The path as findings show it: relative to the working directory, `/` between the names. */
  readonly file: string;
  readonly message: string;
}

/** Both lists are sorted by path. */
export interface Discovery {
  readonly inputs: readonly Input[];
  readonly errors: readonly DiscoveryError[];
}

/** A file that will be read. */
export interface FoundFile {
  /** Absolute, links not resolved. */
  readonly path: string;
  readonly kind: Input['kind'];
  readonly forge: Forge | null;
  /** The directory that the file may not lead out of through links; null where there is none. */
  readonly boundary: string | null;
}

export interface Found {
  readonly files: readonly FoundFile[];
  readonly errors: readonly DiscoveryError[];
}
