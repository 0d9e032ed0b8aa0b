import type { Source } from './source.js';

/** A workflow or an action in a folder that a forge reads. */
export interface RepositoryFile {
  readonly path: string;
  /** The path as findings show it: that of the source that `read` gives. */
  readonly shown: string;
  readonly kind: 'workflow' | 'action';
  /** The folder that it lies in: `.github`. */
  readonly folder: string;
}

/** The files of the repository that a workflow belongs to. Never leads out of it. */
export interface Repository {
  /**
   * The text file at a path relative to the top of the repository (`/` between the names, no `.` or `..` among
   * them); null where there is none, or none that can be read. The same path gives the same source each time.
   */
  read(path: string): Source | null;
  /**
   * Why the file at such a path cannot be read as text, as a sentence that names it; null where it can be, and where
   * there is none.
   */
  refusal(path: string): string | null;
  /** The paths, as `read` takes them, of the workflows and actions in the folders that forges read; sorted. */
  files(): readonly RepositoryFile[];
}
