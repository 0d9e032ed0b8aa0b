// report/: findings to text, one file per format. May read results and sources; may not judge, choose an
// exit status, print, or look at the environment.

import type { LintResult, Severity } from '../lint/finding.js';

/** What a format may know beyond the result itself. The verdict never depends on any of it. */
export interface RenderOptions {
  /** True for ANSI colours (pretty only). The caller decides: flag, terminal, NO_COLOR. */
  readonly color: boolean;
  /** Width of the terminal in cells: text is wrapped and source lines are cut to it, within 40 and 200 (pretty only). */
  readonly columns: number;
  /** The lowest severity that makes the run fail; findings below it are shown all the same. */
  readonly failOn: Severity;
  /** The version of hardfail, as in package.json. */
  readonly toolVersion: string;
}

/** A report format: the whole report as text that ends with a line feed. */
export type Renderer = (result: LintResult, options: RenderOptions) => string;
