import type { Choices, PrintConfigCommand } from './command.js';
import { absolutePath, pathFromTop, repositoryOf, shownPath } from './discover/paths.js';
import { rootOf } from './discover/roots.js';
import type { Host } from './host.js';
import { type Setup, setUp } from './judging.js';
import { optionsIn } from './lint/options.js';
import type { RuleMeta } from './lint/rule.js';
import { levelIn, levelOf, noSettings, type Override, type Settings } from './lint/settings.js';
import { fitsPattern } from './text/path-pattern.js';

/** What holds for one file, each value with where it comes from: as JSON data. Throws a ConfigError. */
export async function configShown(command: PrintConfigCommand, host: Host): Promise<unknown> {
  const { choices, path } = command;
  const setup = await setUp(choices, host);
  const { config } = setup;
  const absolute = absolutePath(host, path);
  const file = pathFromTop(host, setup.top, shownPath(host, absolute));
  const said = config.source?.path ?? null;
  const from = (flag: string | null, inConfig: boolean) => flag ?? (inConfig ? said : 'default');
  const byFolder = rootOf(absolute, repositoryOf(host, absolute))?.root.forge ?? 'each of them';
  return {
    version: 1,
    file,
    config: said,
    forge: {
      value: setup.forge ?? byFolder,
      from: setup.forge ? from(choices.forge && '--forge', config.forge !== null) : 'the folder',
    },
    forgeVersion: { value: setup.version ?? 'the newest known', from: from(null, setup.version !== null) },
    failOn: { value: setup.failOn, from: from(choices.failOn && '--fail-on', config.failOn !== null) },
    preset: {
      value: config.settings.preset ?? 'recommended',
      from: from(null, (config.settings.preset ?? 'recommended') !== 'recommended'),
    },
    plugins: {
      value: config.plugins.map(
        ({ from }) => setup.plugins?.refs.find((ref) => ref.from === from) ?? { from, name: null },
      ),
      from: from(choices.plugins ? null : '--no-plugins', config.plugins.length > 0),
    },
    rules: rulesShown(choices, setup, file),
    overrides: config.settings.overrides.filter((one) => fits(one, file)).map(overrideShown),
    optionalSecrets: config.settings.optionalSecrets.map(({ name, reason }) => ({ name, reason })),
    trusted: config.trust.trusted,
    untrusted: config.trust.untrusted,
    facts: config.facts,
  };
}

function rulesShown(choices: Choices, { rules, config }: Setup, file: string): unknown {
  const { settings, source } = config;
  const said = source?.path ?? null;
  const entries = rules.map((rule) => {
    if (choices.rules && !choices.rules.includes(rule.id)) return [rule.id, { value: 'off', from: '--rule' }];
    const { level, override } = levelIn(settings, rule, file);
    const isSet = override !== null || settings.rules.has(rule.id) || level !== levelOf(noSettings, rule);
    const value = level === 'off' && choices.rules && !override ? rule.severity : level;
    const from = isSet ? said : 'default';
    const shown = { value, from, ...(override ? { reason: override.reason } : {}) };
    return [rule.id, rule.options ? { ...shown, options: optionsShown(settings, rule, file, said) } : shown];
  });
  return Object.fromEntries(entries);
}

function optionsShown(settings: Settings, rule: RuleMeta, file: string, said: string | null): unknown {
  const given = [settings, ...settings.overrides.filter((one) => fits(one, file))];
  const isGiven = (name: string) => given.some(({ options }) => name in (options?.get(rule.id) ?? {}));
  const entries = Object.entries(optionsIn(settings, rule, file)).map(([name, value]) => [
    name,
    { value: value ?? null, from: isGiven(name) ? said : 'default' },
  ]);
  return Object.fromEntries(entries);
}

function fits({ files }: Override, file: string): boolean {
  return files.some((pattern) => fitsPattern(file, pattern));
}

function overrideShown({ files, rules, options = new Map(), reason }: Override): unknown {
  const withOptions = [...options].map(([id, own]) => {
    const severity = rules.get(id);
    return [id, { ...(severity ? { severity } : {}), ...own }] as const;
  });
  return { files, rules: Object.fromEntries([...rules, ...withOptions]), reason };
}
