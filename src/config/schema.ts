import { forges } from '../forge/forge.js';
import { contextNames } from '../forge/trust.js';
import { forgeVersions } from '../forge/versions.js';
import { severities } from '../lint/finding.js';
import { reasonPattern } from '../lint/reason.js';
import type { RuleMeta } from '../lint/rule.js';
import type { Schema } from '../lint/schema.js';
import { presets } from '../lint/settings.js';

function closed(
  description: string,
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
): Schema {
  const asked = required.length > 0 ? { required } : {};
  return { description, type: 'object', properties, ...asked, additionalProperties: false };
}

function list(description: string, items: Schema): Schema {
  return { description, type: 'array', items };
}

function choice(description: string, values: readonly string[]): Schema {
  return { description, type: 'string', enum: values };
}

const reason: Schema = {
  description: 'the reason, in words: it is shown with what it silences, and TODO is none',
  type: 'string',
  pattern: reasonPattern,
};

/** The names that a forge gives a secret or a variable. */
export const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

const variable: Schema = {
  description: 'the name of an environment variable, such as DEPLOY_TOKEN',
  type: 'string',
  pattern: variableName.source,
};

const effects = {
  none: 'nothing outside of the script and its log',
  prepares: 'makes the machine ready for what follows',
  work: 'does what the job is for',
};
const effect = (words: readonly (keyof typeof effects)[]): Schema =>
  choice(`what it does: ${words.map((word) => `${word} (${effects[word]})`).join(', ')}`, words);

const without = choice('what it does without its credential: it fails, or it goes on without its work', [
  'fails',
  'goes-on',
]);

const inputValue = closed(
  'an input of the action, and a value of it',
  {
    input: { description: 'the name of the input', type: 'string' },
    value: { description: 'its value, as a text: write true as "true"', type: 'string' },
  },
  ['input', 'value'],
);

/**
 * The schema of `hardfail.yml`. Closed everywhere: a key that is not known is a mistake that would go unseen. `open`: not all
 * plugins are known, so that a rule with a `/` in its id may be one of theirs.
 */
export function configSchema(rules: readonly RuleMeta[], open = true): Schema {
  const levels: Schema = {
    description: 'severities and options of rules, by their ids; off turns a rule off',
    type: 'object',
    properties: Object.fromEntries(rules.map((rule) => [rule.id, ruleSetting(rule)])),
    ...(open ? { patternProperties: { '^[a-z0-9-]+/[a-z0-9-]+$': unknownRule } } : {}),
    additionalProperties: false,
  };
  const severity = [...severities].reverse();
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'hardfail.yml',
    ...closed('the configuration of hardfail', {
      forge: choice('the forge that runs the workflows; auto goes by their folder', ['auto', ...forges]),
      'forge-version': choice(
        'the release of the forge, in quotes, where it is not the newest one that hardfail knows',
        forges.flatMap(forgeVersions),
      ),
      'fail-on': choice('the lowest severity that fails the run', severity),
      plugins: {
        ...list('modules with rules of your own: code that every run loads', {
          description:
            'a path that begins with ./ or ../, from the folder of this file, or the name of a package',
          type: 'string',
          pattern: '^(?:\\.{1,2}/.+|(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*(?:/.+)?)$',
        }),
        uniqueItems: true,
      },
      preset: choice(
        'which rules run, and how hard they judge, where nothing else is said: in strict all of them do, and notes are warnings',
        presets,
      ),
      rules: levels,
      overrides: list(
        'other severities for some files; of several that fit a file, the last counts',
        closed(
          'other severities for some files',
          {
            files: {
              ...list('the files, relative to the top of the repository', {
                description: 'a path; * and ? stand for text within a name, ** for any folders',
                type: 'string',
              }),
              minItems: 1,
            },
            rules: { ...levels, minProperties: 1 },
            reason,
          },
          ['files', 'rules', 'reason'],
        ),
      ),
      'optional-secrets': list(
        'secrets that may be missing: what is left out without them was meant to be',
        closed(
          'a secret that may be missing',
          {
            name: { ...variable, description: 'the name of a secret, such as COVERAGE_TOKEN' },
            reason,
          },
          ['name', 'reason'],
        ),
      ),
      trusted: list('events that are entitled to the secrets, though by default they are not', context),
      untrusted: list('events that cannot have the secrets, though by default they can', context),
      facts: closed('what hardfail cannot know of your own commands and actions', {
        commands: list('facts about commands', command),
        actions: list('facts about actions', action),
      }),
    }),
  };
}

const context = choice('the name of an event context, as findings show it', contextNames());

const command = closed(
  'a fact about a command',
  {
    command: {
      description: 'the name of a command, without a folder',
      type: 'string',
      pattern: '^[^\\s/]+$',
    },
    words: {
      description: 'the first words after the name for which it holds, such as "registry push"; else for all',
      type: 'string',
      pattern: '^[^\\s-]\\S*(?: \\S+){0,2}$',
    },
    effect: effect(['none', 'prepares', 'work']),
    reads: list(
      'the environment variables that it takes its credential from; one of them is enough',
      variable,
    ),
    without,
    reason,
  },
  ['command', 'reason'],
);

const action = closed(
  'a fact about an action',
  {
    action: {
      description: 'an action without its version: owner/name, owner/name/path or owner/*',
      type: 'string',
      pattern: '^[\\w.-]+(?:/[\\w.-]+)*/(?:[\\w.-]+|\\*)$',
    },
    effect: effect(['prepares', 'work']),
    credentials: list('the inputs that carry its credential', {
      description: 'the name of an input',
      type: 'string',
      pattern: '^\\S+$',
    }),
    reads: list('the environment variables that it takes its credential from', variable),
    without,
    'soft-unless': {
      ...inputValue,
      description: 'it goes on without its credential unless this input has this value',
    },
    'soft-if': {
      ...inputValue,
      description: 'it goes on without its credential if this input has this value',
    },
    reason,
  },
  ['action', 'reason'],
);

/** A severity; for a rule that has options, a mapping of them too, in which the severity may stand. */
function ruleSetting(rule: RuleMeta): Schema {
  const options = Object.entries(rule.options ?? {});
  if (options.length === 0) return level(rule);
  const withOptions = closed(rule.summary, {
    severity: { ...level(rule), description: 'the severity of the rule; off turns it off' },
    ...Object.fromEntries(options),
  });
  return { description: rule.summary, anyOf: [level(rule), { ...withOptions, minProperties: 1 }] };
}

/** A rule of a plugin that nobody has loaded: what options it has is not known. */
const unknownRule: Schema = {
  description: 'the severity of a rule of a plugin, or a mapping of it and of the options of the rule',
  anyOf: [
    choice('the severity of a rule of a plugin', ['error', 'warning', 'note', 'off']),
    {
      description: 'the severity and the options of a rule of a plugin',
      type: 'object',
      properties: {
        severity: choice('the severity of the rule; off turns it off', ['error', 'warning', 'note', 'off']),
      },
      minProperties: 1,
    },
  ],
};

/** What judges the silencing itself may be a warning, but no less. */
function level({ summary, unignorable }: RuleMeta): Schema {
  return choice(summary, unignorable ? ['error', 'warning'] : ['error', 'warning', 'note', 'off']);
}
