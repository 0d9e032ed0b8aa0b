// report/: findings to text, one file per format. May read results and sources; may not judge, choose an
// exit status, print, or look at the environment.

import type { FailOn, Finding, LintResult, Severity } from '../lint/finding.js';
import type { Replay } from '../replay/result.js';

/** A rule as a report shows it. */
export interface RuleDoc {
  readonly id: string;
  readonly severity: Severity;
  readonly summary: string;
  /** Its page in Markdown; null where it has none. */
  readonly page: string | null;
}

/** What a format may know beyond the result itself. The verdict never depends on any of it. */
export interface RenderOptions {
  /** True for ANSI colours (pretty only). The caller decides: flag, terminal, NO_COLOR. */
  readonly color: boolean;
  /** Width of the terminal in cells: text is wrapped and source lines are cut to it, within 40 and 200 (pretty only). */
  readonly columns: number;
  /** The lowest severity that makes the run fail; findings below it are shown all the same. */
  readonly failOn: FailOn;
  /** Whether findings that somebody accepted are shown too, where the format has a place for them (json has them always). */
  readonly showSuppressed: boolean;
  /** The version of hardfail, as in package.json. */
  readonly toolVersion: string;
  /** The working directory as seen from the top of its repository, `''` at the top: forges name files from there. */
  readonly folder: string;
  /** The rules that ran (sarif only). */
  readonly rules: readonly RuleDoc[];
  /** What came of running the findings in the sandbox, where that was asked for (json and sarif carry it). */
  readonly replays?: ReadonlyMap<Finding, Replay>;
}

/** A report format: the whole report as text that ends with a line feed. */
export type Renderer = (result: LintResult, options: RenderOptions) => string;
