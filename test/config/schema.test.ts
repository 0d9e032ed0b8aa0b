import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.js';
import { configSchema } from '../../src/config/schema.js';
import { isReason } from '../../src/lint/reason.js';
import type { Schema } from '../../src/lint/schema.js';

const path = fileURLToPath(new URL('../../schema.json', import.meta.url));
const schema = configSchema(rules.map(({ meta }) => meta));

/** The schema and every schema in it, each with the way to it. */
function all(one: Schema, way = '#'): [string, Schema][] {
  const below = Object.entries(one.properties ?? {}).flatMap(([key, next]) => all(next, `${way}/${key}`));
  const others = (one.anyOf ?? []).flatMap((next, index) => all(next, `${way}|${index}`));
  return [[way, one], ...below, ...others, ...(one.items ? all(one.items, `${way}[]`) : [])];
}

it('schema.json is the schema that configurations are held against', () => {
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if (process.env.UPDATE) writeFileSync(path, text);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

describe('the schema', () => {
  it('is closed everywhere', () => {
    const objects = all(schema).filter(([, one]) => one.type === 'object');
    expect(objects.length).toBeGreaterThan(5);
    expect(objects.filter(([, one]) => one.additionalProperties !== false).map(([way]) => way)).toEqual([]);
  });

  it('says of each part what it is, so that editors and messages can', () => {
    expect(
      all(schema)
        .filter(([, one]) => !one.description)
        .map(([way]) => way),
    ).toEqual([]);
  });

  it('lets every rule be set, and none be turned off that judges what silences others', () => {
    const settings = schema.properties?.rules?.properties ?? {};
    expect(Object.keys(settings)).toEqual(rules.map(({ meta }) => meta.id));
    const levels = (id: string) => settings[id]?.enum ?? settings[id]?.anyOf?.[0]?.enum;
    const locked = Object.keys(settings).filter((id) => !levels(id)?.includes('off'));
    expect(locked).toEqual(['faulty-baseline', 'faulty-ignore', 'unused-optional-secret']);
    for (const id of locked) expect(levels(id)).toEqual(['error', 'warning']);
  });

  it('asks for a reason wherever something is silenced or told', () => {
    const asked = all(schema)
      .filter(([, one]) => one.properties?.reason)
      .map(([, one]) => one.required);
    expect(asked).toHaveLength(4);
    for (const required of asked) expect(required).toContain('reason');
  });

  it('has the same idea of a reason as directives have', () => {
    const validate = new Ajv().compile({ type: 'string', pattern: reasonPatternOf(schema) });
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => validate(text) === isReason(text)));
    for (const text of ['TODO', ' todo: x', 'FIXME', '', ' ', '#71', '71', 'x', 'siehe #71', '理由']) {
      expect([text, validate(text)]).toEqual([text, isReason(text)]);
    }
  });
});

function reasonPatternOf(one: Schema): string {
  return one.properties?.['optional-secrets']?.items?.properties?.reason?.pattern ?? '';
}
