import { relative } from 'node:path/posix';
import type { FoundFile } from '../discover/found.js';
import { absolutePath } from '../discover/paths.js';
import { decodeSource, maxInputBytes, readSource } from '../discover/read.js';
import { ConfigError } from '../errors.js';
import type { Host } from '../host.js';
import type { BaselineEntry } from '../lint/baseline.js';
import type { Finding } from '../lint/finding.js';
import { isReason } from '../lint/reason.js';
import type { Schema } from '../lint/schema.js';
import { parseYaml } from '../parse/yaml.js';
import type { Source } from '../text/source.js';
import { checked } from './checked.js';
import { baselineFits } from './compiled.js';
import { placeOf } from './data.js';

/** The name of the baseline at the top of a repository. */
export const baselineName = 'hardfail-baseline.json';

/** What stands where a reason is due. It accepts nothing. */
export const dueReason = 'TODO';

export const baselineSchema: Schema = {
  description: 'the baseline of hardfail',
  type: 'object',
  properties: {
    version: { description: 'the version of this form, 1', type: 'integer', const: 1 },
    entries: {
      description: 'the findings that are accepted',
      type: 'array',
      items: {
        description: 'a finding that is accepted',
        type: 'object',
        properties: {
          fingerprint: {
            description: 'the 16 digits that a finding is known by',
            type: 'string',
            pattern: '^[0-9a-f]{16}$',
          },
          rule: { description: 'the rule of the finding', type: 'string' },
          file: { description: 'its file, relative to the top of the repository', type: 'string' },
          where: { description: 'its job and step, for people', type: 'string' },
          reason: { description: 'why it may stay', type: 'string' },
          since: {
            description: 'the day on which it was written down, such as 2026-11-22',
            type: 'string',
            pattern: '^\\d{4}-\\d\\d-\\d\\d$',
          },
        },
        required: ['fingerprint', 'rule', 'file', 'where', 'reason', 'since'],
        additionalProperties: false,
      },
    },
  },
  required: ['version', 'entries'],
  additionalProperties: false,
};

/** The file as the schema lets it through. */
interface RawBaseline {
  readonly version: 1;
  readonly entries: readonly Omit<BaselineEntry, 'span' | 'reasonSpan'>[];
}

/**
 * The entries of a baseline at an absolute path; null where there is no file. `boundary`: the directory that a link there
 * may not lead out of; null where a person named the file. Throws a ConfigError for one that cannot be used.
 */
export async function readBaseline(
  host: Host,
  path: string,
  boundary: string | null,
): Promise<readonly BaselineEntry[] | null> {
  const kind = host.stat(path);
  if (!kind.ok && kind.missing) return null;
  const file: FoundFile = { path, kind: 'workflow', forge: null, boundary };
  const read = readSource(host, file);
  if (!read.ok) throw unusable(`the baseline ${read.error.file}: ${read.error.message}`);
  return entriesOf(read.source);
}

/**
 * The entries of the baseline as it stands in a revision of the repository; none where that revision has no such file.
 * Throws a ConfigError where the revision cannot be read, or the file in it cannot be used.
 */
export async function readBaselineOf(
  host: Host,
  top: string,
  revision: string,
  path: string,
): Promise<readonly BaselineEntry[]> {
  const inside = relative(top, absolutePath(host, path));
  const bytes = await host.readRevision(top, revision, inside, maxInputBytes);
  const shown = `${revision}:${inside}`;
  if (!bytes.ok) {
    if (bytes.missing) return [];
    throw unusable(
      `the baseline ${shown}: ${bytes.reason}`,
      'in CI, have the revision fetched: git fetch --depth=1 origin BRANCH, and name it origin/BRANCH or FETCH_HEAD',
    );
  }
  const read = decodeSource(shown, bytes.value);
  if (!read.ok) throw unusable(`the baseline ${shown}: ${read.error.message}`);
  return entriesOf(read.source);
}

function unusable(message: string, hint = 'mend it, or lint without it: --no-ignores'): ConfigError {
  return new ConfigError([{ message, hint, span: null }]);
}

/** JSON is YAML, and the reader of YAML knows where everything stands. */
async function entriesOf(source: Source): Promise<readonly BaselineEntry[]> {
  const file = parseYaml(source);
  if (file.problems.length > 0) {
    const hint = 'the baseline is JSON, as hardfail baseline write leaves it';
    throw new ConfigError(file.problems.map(({ span, message }) => ({ span, message, hint })));
  }
  const held = await checked<RawBaseline>(file, baselineSchema, baselineFits);
  if (!held.ok) throw new ConfigError(held.problems);
  const spanAt = (index: number, key: string) =>
    placeOf(file.root, source, ['entries', String(index), key]).span;
  return held.value.entries.map((entry, index) => ({
    ...entry,
    span: spanAt(index, 'fingerprint'),
    reasonSpan: spanAt(index, 'reason'),
  }));
}

/** The parts of a new entry that the finding does not give. */
export interface NewEntry {
  readonly reason: string;
  readonly since: string;
}

/**
 * The text of a baseline that accepts the findings. An entry that is there keeps its reason and its day, unless no
 * reason was given yet. `pathOf`: from a path as shown to one relative to the top of the repository.
 */
export function baselineText(
  findings: readonly Finding[],
  before: readonly BaselineEntry[],
  added: NewEntry,
  pathOf: (path: string) => string,
): string {
  const known = new Map(before.map((entry) => [entry.fingerprint, entry]));
  const entries = findings.map((finding) => {
    const old = known.get(finding.fingerprint);
    return {
      fingerprint: finding.fingerprint,
      rule: finding.rule,
      file: pathOf(finding.span.source.path),
      where: whereOf(finding),
      reason: old && isReason(old.reason) ? old.reason : added.reason,
      since: old?.since ?? added.since,
    };
  });
  return textOf(entries);
}

/** The text of a baseline with only those entries. */
export function prunedText(entries: readonly BaselineEntry[]): string {
  return textOf(
    entries.map(({ fingerprint, rule, file, where, reason, since }) => ({
      fingerprint,
      rule,
      file,
      where,
      reason,
      since,
    })),
  );
}

function textOf(entries: RawBaseline['entries']): string {
  const sorted = entries.toSorted(
    (a, b) =>
      compare(a.file, b.file) ||
      compare(a.rule, b.rule) ||
      compare(a.where, b.where) ||
      compare(a.fingerprint, b.fingerprint),
  );
  return `${readable(JSON.stringify({ version: 1, entries: sorted }, null, 2))}\n`;
}

// These can only stand in strings. YAML refuses some of them, and people cannot see any.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

function readable(json: string): string {
  return json.replace(unseen, (found) => {
    if (found === '\n') return found;
    let escaped = '';
    for (let i = 0; i < found.length; i++) {
      escaped += `\\u${found.charCodeAt(i).toString(16).padStart(4, '0')}`;
    }
    return escaped;
  });
}

function whereOf({ job, step }: Finding): string {
  const parts = [job, step && (step.name ?? step.id ?? `step ${step.index + 1}`)];
  return parts.filter((part) => part !== null).join(' / ');
}

/** By code unit: the same order on every machine, whatever its locale. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
