import { type Severity, severities } from './finding.js';
import { optionProblem } from './options.js';
import type { Rule, RuleMeta } from './rule.js';
import { presets } from './settings.js';

/** What a plugin exports by default: a name and rules, whose ids become `name/id`. */
export interface Plugin {
  /** Lower-case words and hyphens. */
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** A plugin as a run has it. */
export interface LoadedPlugin extends Plugin {
  /** What the configuration calls it: a path or the name of a package. */
  readonly from: string;
}

/** Gives a plugin its types. At run time it does nothing. */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}

/** The id by which everybody but the plugin itself knows one of its rules. */
export function fullId({ name }: Pick<Plugin, 'name'>, { meta }: Pick<Rule, 'meta'>): string {
  return `${name}/${meta.id}`;
}

/** The rules of a plugin, by their full ids. */
export function rulesOf(plugin: Plugin): Rule[] {
  return plugin.rules.map((rule) => ({
    meta: { ...rule.meta, id: fullId(plugin, rule) },
    messages: rule.messages,
    // As it was written: `this` is the author's own object.
    check: (context) => rule.check(context),
  }));
}

/** Whether an id may be that of a rule of a plugin. */
export function isPluginRule(id: string): boolean {
  return id.includes('/');
}

const word = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Holds what a module exports by default against what a plugin is. The reason completes "it …" or "its …". */
export function readPlugin(
  exported: unknown,
): { readonly ok: true; readonly plugin: Plugin } | { readonly ok: false; readonly reason: string } {
  const refused = (reason: string) => ({ ok: false, reason }) as const;
  if (!isRecord(exported)) {
    return refused('exports no plugin: export default { name, rules } is expected');
  }
  const { name, rules } = exported;
  if (typeof name !== 'string' || !word.test(name)) {
    return refused(`has ${named('the name', name)}, expected lower-case words with hyphens, such as acme-ci`);
  }
  if (!Array.isArray(rules) || rules.length === 0) return refused('has no list of rules');
  const known = new Set<string>();
  const sound: Rule[] = [];
  for (const [index, rule] of rules.entries()) {
    if (!isRule(rule)) return refused(`has a rule that is none, number ${index + 1}: ${ruleProblem(rule)}`);
    if (known.has(rule.meta.id)) return refused(`has two rules ${rule.meta.id}`);
    known.add(rule.meta.id);
    sound.push(rule);
  }
  return { ok: true, plugin: { name, rules: sound } };
}

/** What `ruleProblem` finds no fault with. */
function isRule(value: unknown): value is Rule {
  return ruleProblem(value) === null;
}

/** What is wrong with a rule; null where nothing is. */
export function ruleProblem(rule: unknown): string | null {
  if (!isRecord(rule)) return 'it is no object';
  const { meta, messages, check } = rule;
  if (!isRecord(meta)) return 'it has no meta';
  const problem = metaProblem(meta);
  if (problem !== null) return problem;
  const id = String(meta.id);
  if (!isRecord(messages) || Object.keys(messages).length === 0) return `${id} has no messages`;
  for (const [key, tell] of Object.entries(messages)) {
    if (typeof tell !== 'function') return `the message '${key}' of ${id} is no function`;
  }
  return typeof check === 'function' ? null : `${id} has no function check`;
}

/** What a rule of a plugin may say of itself. */
const metaKeys: readonly (keyof RuleMeta)[] = [
  'id',
  'severity',
  'summary',
  'preset',
  'compares',
  'options',
  'url',
];

function metaProblem(meta: Readonly<Record<string, unknown>>): string | null {
  const { id, severity, summary, preset, compares, options, url } = meta;
  if (typeof id !== 'string' || !word.test(id))
    return `it has ${named('the id', id)}, expected lower-case words with hyphens, such as deploy-needs-approval`;
  const unknown = Object.keys(meta).find((key) => !metaKeys.some((known) => known === key));
  if (unknown !== undefined)
    return `the meta of ${id} has the key '${unknown}', expected ${metaKeys.join(', ')}`;
  if (!isSeverity(severity))
    return `${id} has ${named('the severity', severity)}, expected ${severities.join(', ')}`;
  if (typeof summary !== 'string' || !/^\S[^\p{C}]*$/u.test(summary))
    return `${id} has no summary, which is one line`;
  if (preset !== undefined && !presets.some((known) => known === preset))
    return `${id} has ${named('the preset', preset)}, expected ${presets.join(', ')}`;
  if (compares !== undefined && compares !== true)
    return `${id} has 'compares' with a value that is not true: leave it out`;
  if (url !== undefined && typeof url !== 'string') return `the url of ${id} is no text`;
  if (options === undefined) return null;
  if (!isRecord(options)) return `the options of ${id} are no object of schemas`;
  const problem = optionProblem(options);
  return problem === null ? null : `the options of ${id}: ${problem}`;
}

function isSeverity(value: unknown): value is Severity {
  return severities.some((severity) => severity === value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function named(what: string, value: unknown): string {
  return typeof value === 'string' ? `${what} '${value}'` : `no ${what.replace('the ', '')}`;
}
