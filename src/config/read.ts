import { ConfigError, type ConfigProblem } from '../errors.js';
import type { OwnAction, OwnCommand } from '../facts/own.js';
import type { Forge } from '../forge/forge.js';
import { forgeVersions } from '../forge/versions.js';
import type { Severity } from '../lint/finding.js';
import type { RuleOptions } from '../lint/options.js';
import type { RuleMeta } from '../lint/rule.js';
import type { Level, Override, Preset, Settings } from '../lint/settings.js';
import { parseYaml, type YamlFile } from '../parse/yaml.js';
import { patternProblem } from '../text/path-pattern.js';
import type { Source, Span } from '../text/source.js';
import { checked } from './checked.js';
import { configFits } from './compiled.js';
import type { Config } from './config.js';
import { placeOf } from './data.js';
import { configSchema } from './schema.js';

/** The file as the schema lets it through. */
interface RawConfig {
  readonly forge?: Forge | 'auto';
  readonly 'forge-version'?: string;
  readonly 'fail-on'?: Severity;
  readonly plugins?: readonly string[];
  readonly preset?: Preset;
  readonly rules?: RawRules;
  readonly overrides?: readonly RawOverride[];
  readonly 'optional-secrets'?: readonly { readonly name: string; readonly reason: string }[];
  readonly trusted?: readonly string[];
  readonly untrusted?: readonly string[];
  readonly facts?: {
    readonly commands?: readonly RawCommand[];
    readonly actions?: readonly RawAction[];
  };
}

type RawRules = Readonly<Record<string, Level | RawRule>>;

/** A rule with options: beside its severity stand their names. */
interface RawRule {
  readonly severity?: Level;
  readonly [option: string]: unknown;
}

interface RawOverride {
  readonly files: readonly string[];
  readonly rules: RawRules;
  readonly reason: string;
}

interface RawCommand {
  readonly command: string;
  readonly words?: string;
  readonly effect?: 'none' | 'prepares' | 'work';
  readonly reads?: readonly string[];
  readonly without?: 'fails' | 'goes-on';
  readonly reason: string;
}

interface InputValue {
  readonly input: string;
  readonly value: string;
}

interface RawAction {
  readonly action: string;
  readonly effect?: 'prepares' | 'work';
  readonly credentials?: readonly string[];
  readonly reads?: readonly string[];
  readonly without?: 'fails' | 'goes-on';
  readonly 'soft-unless'?: InputValue;
  readonly 'soft-if'?: InputValue;
  readonly reason: string;
}

/** The rules that a configuration may speak of. */
export interface KnownRules {
  readonly rules: readonly RuleMeta[];
  /** False where some plugin is not loaded, so that a rule with a `/` in its id may be one of its. */
  readonly all: boolean;
}

/** Finds out the rules of the plugins that a configuration names, besides those of hardfail. */
export type AskPlugins = (plugins: Config['plugins']) => Promise<KnownRules>;

/**
 * What a configuration says. Throws a ConfigError with everything that is wrong with it; before plugins are asked for
 * their rules, as far as it can be told without them.
 */
export async function configFrom(
  source: Source,
  rules: readonly RuleMeta[],
  askPlugins: AskPlugins = nobody,
): Promise<Config> {
  const file = parseYaml(source);
  if (file.problems.length > 0) {
    throw new ConfigError(file.problems.map(({ span, message }) => ({ span, message, hint: '' })));
  }
  const named = hasPlugins(file);
  const first = await checked<RawConfig>(file, configSchema(rules, named), named ? null : configFits);
  if (!first.ok) throw new ConfigError(first.problems);
  const raw = first.value;
  const problems = contradictions(raw, file);
  if (problems.length > 0) throw new ConfigError(problems);
  const plugins = (raw.plugins ?? []).map((from, index) => ({
    from,
    span: spanAt(file, ['plugins', index]),
  }));
  if (plugins.length > 0) {
    const known = await askPlugins(plugins);
    const again = await checked<RawConfig>(file, configSchema([...rules, ...known.rules], !known.all), null);
    if (!again.ok) throw new ConfigError(again.problems);
  }
  return {
    source,
    forge: raw.forge ?? null,
    forgeVersion: raw['forge-version'] ?? null,
    failOn: raw['fail-on'] ?? null,
    plugins,
    settings: {
      preset: raw.preset ?? 'recommended',
      ...rulesFrom(raw.rules ?? {}),
      overrides: (raw.overrides ?? []).map(overrideFrom),
      optionalSecrets: (raw['optional-secrets'] ?? []).map(({ name, reason }, index) => ({
        name: name.toUpperCase(),
        reason,
        span: spanAt(file, ['optional-secrets', index, 'name']),
      })),
    },
    trust: { trusted: raw.trusted ?? [], untrusted: raw.untrusted ?? [] },
    facts: {
      commands: (raw.facts?.commands ?? []).map(commandFrom),
      actions: (raw.facts?.actions ?? []).map(actionFrom),
    },
  };
}

const nobody: AskPlugins = async () => ({ rules: [], all: false });

/** Whether the file means to name plugins; whether it does so well is checked with the rest. */
function hasPlugins({ root }: YamlFile): boolean {
  return root?.kind === 'map' && root.pairs.some(({ key }) => key.text.text === 'plugins');
}

function overrideFrom({ files, rules, reason }: RawOverride): Override {
  return { files, ...rulesFrom(rules), reason };
}

function rulesFrom(raw: RawRules): Required<Pick<Settings, 'rules' | 'options'>> {
  const rules = new Map<string, Level>();
  const options = new Map<string, RuleOptions>();
  for (const [id, said] of Object.entries(raw)) {
    if (typeof said === 'string') {
      rules.set(id, said);
      continue;
    }
    const { severity, ...own } = said;
    if (severity !== undefined) rules.set(id, severity);
    options.set(id, own);
  }
  return { rules, options };
}

function commandFrom({ command, words, effect, reads, without, reason }: RawCommand): OwnCommand {
  return {
    command,
    words: words?.split(' ') ?? [],
    effect: effect ?? null,
    reads: reads ?? [],
    whenMissing: without ?? null,
    reason,
  };
}

function actionFrom(raw: RawAction): OwnAction {
  const { action, effect, credentials, reads, without, reason } = raw;
  const softUnless = raw['soft-unless'];
  const softIf = raw['soft-if'];
  const says = credentials || reads || without || softUnless || softIf;
  return {
    action: action.toLowerCase(),
    effect: effect ?? null,
    credentials: says
      ? {
          credentials: (credentials ?? []).map((name) => name.toLowerCase()),
          env: reads ?? [],
          whenMissing: softUnless ? { softUnless } : (without ?? 'fails'),
          ...(softIf ? { softIf } : {}),
        }
      : null,
    reason,
  };
}

/** What the schema cannot say: things that are said twice or against each other, or that mean nothing. */
function contradictions(raw: RawConfig, file: YamlFile): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const add = (way: readonly (string | number)[], message: string, hint: string) =>
    problems.push({ message, hint, span: spanAt(file, way) });
  if (raw['forge-version'] !== undefined && !hasVersions(raw.forge)) {
    add(
      ['forge-version'],
      "'forge-version' needs a forge whose releases are known to differ",
      'add forge: gitea, or remove it',
    );
  }
  for (const [index, { files }] of (raw.overrides ?? []).entries()) {
    for (const [at, pattern] of files.entries()) {
      const problem = patternProblem(pattern);
      if (problem) add(['overrides', index, 'files', at], `'${pattern}' names no files`, problem);
    }
  }
  const names = new Set<string>();
  for (const [index, secret] of (raw['optional-secrets'] ?? []).entries()) {
    const name = secret.name.toUpperCase();
    if (names.has(name)) {
      add(
        ['optional-secrets', index, 'name'],
        `the secret ${name} is called optional twice`,
        'remove one of the two',
      );
    }
    names.add(name);
  }
  for (const [index, name] of (raw.untrusted ?? []).entries()) {
    if (!raw.trusted?.includes(name)) continue;
    add(['untrusted', index], `'${name}' is called trusted and untrusted`, 'remove one of the two');
  }
  for (const [index, fact] of (raw.facts?.commands ?? []).entries()) {
    if (fact.effect || fact.reads || fact.without) continue;
    add(['facts', 'commands', index], 'this fact says nothing', 'add effect, reads or without');
  }
  for (const [index, fact] of (raw.facts?.actions ?? []).entries()) {
    if (fact['soft-unless'] && fact.without) {
      add(
        ['facts', 'actions', index, 'without'],
        "'without' and 'soft-unless' contradict each other",
        'remove one of the two',
      );
    }
    if (fact.effect || fact.credentials || fact.reads || fact.without) continue;
    if (fact['soft-unless'] || fact['soft-if']) continue;
    add(['facts', 'actions', index], 'this fact says nothing', 'add effect, credentials, reads or without');
  }
  return problems;
}

function hasVersions(forge: RawConfig['forge']): boolean {
  return forge !== undefined && forge !== 'auto' && forgeVersions(forge).length > 0;
}

function spanAt({ root, source }: YamlFile, way: readonly (string | number)[]): Span {
  return placeOf(root, source, way.map(String)).span;
}
