import { fitsPattern } from '../text/path-pattern.js';
import type { Span } from '../text/source.js';
import type { Severity } from './finding.js';
import type { RuleOptions } from './options.js';

/** What a rule's findings have: a severity, or `off` for none at all. */
export type Level = Severity | 'off';

/** Other levels and options for some files. */
export interface Override {
  /** Patterns of paths, relative to the top of the repository. */
  readonly files: readonly string[];
  readonly rules: ReadonlyMap<string, Level>;
  /** By rule; each value is known to fit the rule's schema of it. */
  readonly options?: ReadonlyMap<string, RuleOptions>;
  readonly reason: string;
}

/** A secret that may be missing: what is left out then was meant to be. */
export interface OptionalSecret {
  /** Upper case. */
  readonly name: string;
  readonly reason: string;
  /** Where that is said. */
  readonly span: Span;
}

/** What the owners of a repository decided about what is found in it. */
export interface Settings {
  /** Rules that are not named have their own severity. */
  readonly rules: ReadonlyMap<string, Level>;
  /** By rule, as in overrides; those that are not named have their defaults. */
  readonly options?: ReadonlyMap<string, RuleOptions>;
  /** Of several that fit a file and name a rule, the last counts. */
  readonly overrides: readonly Override[];
  readonly optionalSecrets: readonly OptionalSecret[];
}

export const noSettings: Settings = { rules: new Map(), overrides: [], optionalSecrets: [] };

/** A rule's level in one file, and the override that says so, if one does. */
export function levelIn(
  settings: Settings,
  rule: { readonly id: string; readonly severity: Severity },
  path: string,
): { readonly level: Level; readonly override: Override | null } {
  const override = settings.overrides.findLast(
    ({ files, rules }) => rules.has(rule.id) && files.some((pattern) => fitsPattern(path, pattern)),
  );
  const level = override?.rules.get(rule.id) ?? settings.rules.get(rule.id) ?? rule.severity;
  return { level, override: override ?? null };
}
