import { Ajv } from 'ajv';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { rules } from '../../rules/index.js';
import { configFrom } from '../../src/config/read.js';
import { configSchema } from '../../src/config/schema.js';
import { ConfigError } from '../../src/errors.js';
import { defineRule } from '../../src/lint/define.js';
import { optionsIn } from '../../src/lint/options.js';
import type { RuleMeta } from '../../src/lint/rule.js';
import type { Schema } from '../../src/lint/schema.js';
import { positionAt } from '../../src/text/source.js';

const meta = {
  id: 'sample',
  severity: 'warning',
  summary: 'A sample.',
  options: {
    token: { description: 'the name of a secret', type: 'string', pattern: '^[A-Z_]+$' },
    workflows: {
      description: 'the names of files',
      type: 'array',
      items: { description: 'a name', type: 'string' },
      default: ['sync.yml'],
    },
    pin: {
      description: 'a file and its hash',
      type: 'object',
      properties: {
        file: { description: 'a path', type: 'string' },
        bits: { description: 'how many', type: 'integer', minimum: 1 },
      },
      required: ['file'],
      additionalProperties: false,
    },
    mode: { description: 'how strict', type: 'string', enum: ['strict', 'lax'], default: 'strict' },
    loud: { description: 'whether it shouts', type: 'boolean', default: false },
  },
} as const satisfies RuleMeta;

const plain: RuleMeta = { id: 'plain', severity: 'error', summary: 'A rule without options.' };

function read(text: string) {
  return configFrom({ path: 'hardfail.yml', text }, [meta, plain]);
}

async function problems(text: string): Promise<string[]> {
  try {
    await read(text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ message, hint, span }) => {
      const at = span && positionAt(span.source, span.start);
      return `${at?.line}:${at?.column} ${message} | ${hint}`;
    });
  }
  return [];
}

describe('the options of a rule', () => {
  const defaults = {
    token: undefined,
    workflows: ['sync.yml'],
    pin: undefined,
    mode: 'strict',
    loud: false,
  };

  it('are its defaults where nobody says anything, or only a severity', async () => {
    for (const text of ['', 'rules: { sample: error }', 'rules: { sample: { severity: error } }']) {
      const { settings } = await read(text);
      expect(optionsIn(settings, meta, 'ci.yml')).toEqual(defaults);
    }
  });

  it('stand beside the severity, which may be left out', async () => {
    const { settings } = await read(
      'rules:\n  sample:\n    severity: note\n    token: SYNC\n    pin: { file: a, bits: 2 }\n',
    );
    expect([...settings.rules]).toEqual([['sample', 'note']]);
    expect(optionsIn(settings, meta, 'ci.yml')).toEqual({
      ...defaults,
      token: 'SYNC',
      pin: { file: 'a', bits: 2 },
    });
    const other = (await read('rules: { sample: { loud: true } }')).settings;
    expect([...other.rules]).toEqual([]);
    expect(optionsIn(other, meta, 'ci.yml')).toEqual({ ...defaults, loud: true });
  });

  it('may be others for some files, each by itself, and the last of several counts', async () => {
    const { settings } = await read(`rules: { sample: { token: A, loud: true } }
overrides:
  - { files: ['.gitea/**'], rules: { sample: { token: B } }, reason: gitea }
  - { files: ['.gitea/x.yml'], rules: { sample: { severity: off, token: C } }, reason: this one }
`);
    const options = (path: string) => optionsIn(settings, meta, path);
    expect(options('.github/x.yml')).toEqual({ ...defaults, token: 'A', loud: true });
    expect(options('.gitea/y.yml')).toEqual({ ...defaults, token: 'B', loud: true });
    expect(options('.gitea/x.yml')).toEqual({ ...defaults, token: 'C', loud: true });
    expect(settings.overrides.map((one) => [...one.rules])).toEqual([[], [['sample', 'off']]]);
  });

  it.each([
    ['rules: { sample: { tokn: A } }', ["1:20 unknown key 'tokn' in sample | did you mean token?"]],
    ['rules: { sample: { token: a-b } }', ["1:27 'a-b' cannot stand here | expected the name of a secret"]],
    ['rules: { sample: { token: 1 } }', ['1:27 expected a text, found the number 1 | put it between quotes']],
    [
      'rules: { sample: { mode: stict } }',
      ["1:26 'stict' cannot stand here: expected strict or lax | did you mean strict?"],
    ],
    [
      'rules: { sample: { loud: "yes" } }',
      ["1:26 expected true or false, found the text 'yes' | this is whether it shouts"],
    ],
    ['rules: { sample: { pin: { bits: 1 } } }', ["1:20 'file' is missing here | add it: a path"]],
    ['rules: { sample: { pin: { file: a, bits: 0 } } }', ["1:42 '0' cannot stand here | expected how many"]],
    [
      'rules: { sample: { severity: eror } }',
      ["1:30 'eror' cannot stand here: expected error, warning, note or off | did you mean error?"],
    ],
    [
      'rules: { sample: eror }',
      ["1:18 'eror' cannot stand here: expected error, warning, note or off | did you mean error?"],
    ],
    ['rules: { sample: [error] }', ['1:10 expected a text or a mapping, found a list | this is A sample.']],
    ['rules: { sample: {} }', ['1:10 this is empty | expected A sample.']],
    [
      'rules: { plain: { severity: error } }',
      ['1:10 expected a text, found a mapping | write error, warning, note or off'],
    ],
    [
      'overrides:\n  - { files: [x], rules: { sample: { loud: 1, tokn: x } }, reason: x }',
      [
        '2:44 expected true or false, found the number 1 | this is whether it shouts',
        "2:47 unknown key 'tokn' in sample | did you mean token?",
      ],
    ],
  ])('that cannot be used are told at their place: %j', async (text, expected) => {
    expect(await problems(text)).toEqual(expected);
  });

  it('are in the schema for editors', () => {
    const schema = configSchema([meta, plain]);
    const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
    expect(validate({ rules: { sample: { severity: 'off', token: 'A' }, plain: 'note' } })).toBe(true);
    expect(validate({ rules: { sample: { nope: 1 } } })).toBe(false);
  });
});

describe('the types of options', () => {
  it('come from their schemas', () => {
    defineRule({
      meta,
      messages: {},
      check({ options }) {
        expectTypeOf(options.token).toEqualTypeOf<string | undefined>();
        expectTypeOf(options.workflows).toEqualTypeOf<readonly string[]>();
        expectTypeOf(options.mode).toEqualTypeOf<'strict' | 'lax'>();
        expectTypeOf(options.loud).toEqualTypeOf<boolean>();
        expectTypeOf(options.pin?.file).toEqualTypeOf<string | undefined>();
        expectTypeOf(options.pin?.bits).toEqualTypeOf<number | undefined>();
        // @ts-expect-error there is no such option
        return options.tokn;
      },
    });
  });

  it('need no `as const` where the rule is defined in one piece', () => {
    defineRule({
      meta: {
        id: 'x',
        severity: 'note',
        summary: 'X.',
        options: { names: { description: 'x', type: 'array', items: { description: 'x', type: 'string' } } },
      },
      messages: {},
      check: ({ options }) => expectTypeOf(options.names).toEqualTypeOf<readonly string[] | undefined>(),
    });
  });
});

describe('the options of the rules that are built in', () => {
  it('have a type, a description and a default that fits', () => {
    for (const { id, options } of [meta, ...rules.map((rule): RuleMeta => rule.meta)]) {
      for (const [name, schema] of Object.entries<Schema>(options ?? {})) {
        expect(`${id}.${name}`).toMatch(/^[a-z-]+\.[a-z]+(-[a-z]+)*$/);
        expect(name).not.toBe('severity');
        expect(schema).toMatchObject({ type: expect.any(String), description: expect.any(String) });
        const validate = new Ajv({ strict: true }).compile(schema);
        if (schema.default !== undefined) expect([name, validate(schema.default)]).toEqual([name, true]);
      }
    }
  });
});
