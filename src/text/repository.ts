import type { Source } from './source.js';

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
}
