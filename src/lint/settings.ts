import { fitsPattern } from '../text/path-pattern.js';
import type { Span } from '../text/source.js';
import type { Severity } from './finding.js';
import type { RuleOptions } from './options.js';
import type { RuleMeta } from './rule.js';

/** What a rule's findings have: a severity, or `off` for none at all. */
export type Level = Severity | 'off';

/** Which rules run where nobody names them: those without a preset of their own, or all. */
export const presets = ['recommended', 'strict'] as const;
export type Preset = (typeof presets)[number];

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
  /** In `strict` every rule runs, and no finding is a note: it is a warning. `recommended` where left out. */
  readonly preset?: Preset;
  /** Rules that are not named have the level of the preset. */
  readonly rules: ReadonlyMap<string, Level>;
  /** By rule, as in overrides; those that are not named have their defaults. */
  readonly options?: ReadonlyMap<string, RuleOptions>;
  /** Of several that fit a file and name a rule, the last counts. */
  readonly overrides: readonly Override[];
  readonly optionalSecrets: readonly OptionalSecret[];
}

export const noSettings: Settings = { rules: new Map(), overrides: [], optionalSecrets: [] };

/** A rule's own words, as far as its level goes. */
type Levelled = Pick<RuleMeta, 'id' | 'severity' | 'preset'>;

/** A rule's level where no override says another. */
export function levelOf(settings: Settings, rule: Levelled): Level {
  const { id, severity, preset } = rule;
  const said = settings.rules.get(id);
  if (said !== undefined) return said;
  const isStrict = settings.preset === 'strict';
  // Who gives a rule options wants it to run.
  if (preset === 'strict' && !isStrict && !settings.options?.has(id)) return 'off';
  return isStrict && severity === 'note' ? 'warning' : severity;
}

/** The settings of someone who wants these rules whatever the preset; what they say of one of them still counts. */
export function wanting(settings: Settings, ids: readonly string[]): Settings {
  if (ids.length === 0) return settings;
  // Who gives a rule options wants it to run.
  const wanted = ids.map((id): [string, RuleOptions] => [id, {}]);
  return { ...settings, options: new Map([...wanted, ...(settings.options ?? [])]) };
}

/** A rule's level in one file, and the override that says so, if one does. */
export function levelIn(
  settings: Settings,
  rule: Levelled,
  path: string,
): { readonly level: Level; readonly override: Override | null } {
  const override = settings.overrides.findLast(
    ({ files, rules }) => rules.has(rule.id) && files.some((pattern) => fitsPattern(path, pattern)),
  );
  return { level: override?.rules.get(rule.id) ?? levelOf(settings, rule), override: override ?? null };
}

/** Whether a rule is on in any file that there may be. */
export function mayRun(settings: Settings, rule: Levelled): boolean {
  if (levelOf(settings, rule) !== 'off') return true;
  return settings.overrides.some(({ rules }) => (rules.get(rule.id) ?? 'off') !== 'off');
}

/** Whether a rule is to be asked about one file: what an override turns off is found all the same, and counted. */
export function runsIn(settings: Settings, rule: Levelled, path: string): boolean {
  return levelOf(settings, rule) !== 'off' || levelIn(settings, rule, path).level !== 'off';
}
