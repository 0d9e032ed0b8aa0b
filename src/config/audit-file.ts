import { Ajv } from 'ajv';
import type { Audit } from '../audit/audit.js';
import { absolutePath } from '../discover/paths.js';
import { decodeSource } from '../discover/read.js';
import { InputError, UsageError } from '../errors.js';
import type { Host } from '../host.js';

/** The schema of audits, in the package. */
export const auditSchemaName = 'audit.schema.json';

/** Far above the report of a large fleet. */
const MAX_BYTES = 512 * 1024 * 1024;

/** Reads the JSON report of an audit. Throws a UsageError for a file that is none. */
export function readAudit(host: Host, path: string): Audit {
  const bytes = host.readFile(absolutePath(host, path), MAX_BYTES);
  if (!bytes.ok) throw new UsageError(`${path}: ${bytes.reason}`, hint);
  const read = decodeSource(path, bytes.value);
  if (!read.ok) throw new UsageError(`${path}: ${read.error.message}`, hint);
  const data = parsed(read.source.text);
  if (data === undefined) throw new UsageError(`${path} is not JSON`, hint);
  const shipped = host.readShipped(auditSchemaName);
  if (!shipped.ok) {
    throw new InputError(
      `${auditSchemaName}: ${shipped.reason}`,
      'install hardfail again: a file of it is missing',
    );
  }
  const validate = new Ajv({ strict: true, strictTypes: false }).compile<Audit>(JSON.parse(shipped.value));
  if (validate(data)) return data;
  const [error] = validate.errors ?? [];
  const where = error?.instancePath ? ` at ${error.instancePath}` : '';
  throw new UsageError(
    `${path} is not the report of an audit: it ${error?.message ?? 'has another form'}${where}`,
    hint,
  );
}

const hint = 'hardfail audit --format json, or --output json=FILE, makes one';

function parsed(text: string): unknown {
  try {
    const data: unknown = JSON.parse(text);
    return data;
  } catch {
    return undefined;
  }
}
