import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2020 } from 'ajv/dist/2020.js';
import Draft04 from 'ajv-draft-04';

const require = createRequire(import.meta.url);

function readJson(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

const validators = {
  json: new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(
    readJson('report.schema.json'),
  ),
  // The official schema, as Microsoft ships it with its own checker of SARIF.
  sarif: new Draft04.default({
    allErrors: true,
    strict: false,
    validateFormats: false,
    unicodeRegExp: false,
  }).compile(readJson(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'))),
};

/** What a schema has against a report; empty where it is valid. */
export function schemaErrors(format: keyof typeof validators, report: unknown): string[] {
  const validate = validators[format];
  if (validate(report)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
