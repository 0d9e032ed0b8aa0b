import { forges } from '../forge/forge.js';
import {
  type Edit,
  type FailOn,
  type Finding,
  type Fix,
  type InputError,
  type LintResult,
  type NotJudged,
  type PluginRef,
  type RuleNotJudged,
  type StepRef,
  type Suppressed,
  severities,
  type WitnessStep,
} from '../lint/finding.js';
import type { Source, Span } from '../text/source.js';
import { type Question, questionKinds } from './recording.js';
import { aCount, aList, aRecord, aText, Misshapen, oneOf, orNull, type Read } from './shape.js';

/** A verdict, and what it rests on. */
export interface Entry {
  /** What was asked for, in which folder, of which build. */
  readonly key: string;
  readonly questions: readonly Question[];
  readonly failOn: FailOn;
  /** The paths of the inputs as findings show them. */
  readonly inputs: readonly string[];
  readonly sources: readonly KeptSource[];
  /** The result; its spans are places in `sources`. */
  readonly result: unknown;
}

/** A text of which the result shows places, without the text: it has been read, or there is no entry. */
export interface KeptSource {
  readonly path: string;
  /** Of its bytes. */
  readonly digest: string;
}

/** What becomes of a span: the place of its source in a list, its start and its end. */
type KeptSpan = readonly [number, number, number];

const title = 'hardfail verdict 1';

/** An entry as a file has it; `digest` is SHA-256. */
export function entryText(entry: Entry, digest: (text: string) => string): string {
  const questions = entry.questions.map(({ kind, subject, answer }) => [kind, subject, answer]);
  const body = JSON.stringify({ ...entry, questions });
  return `${title} ${digest(body)}\n${body}\n`;
}

/** The entry that a text holds; null for one that is damaged, or of another make. */
export function entryFrom(text: string, digest: (text: string) => string): Entry | null {
  const end = text.indexOf('\n');
  const body = text.slice(end + 1, -1);
  if (text.slice(0, end) !== `${title} ${digest(body)}` || !text.endsWith('\n')) return null;
  return wellShaped(() => anEntry(JSON.parse(body)));
}

const aKind = oneOf(questionKinds);
const texts = aList(aText);

/** Three texts in a row: there are hundreds of them, and reading them must take no time. */
function aQuestion(value: unknown): Question {
  const [kind, subject = '', answer = '', ...more] = texts(value);
  if (more.length > 0) throw new Misshapen('expected a question and its answer');
  return { kind: aKind(kind), subject, answer };
}

const anEntry = aRecord<Entry>({
  key: aText,
  questions: aList(aQuestion),
  failOn: oneOf([...severities, 'never']),
  inputs: aList(aText),
  sources: aList(aRecord<KeptSource>({ path: aText, digest: aText })),
  result: (value) => value,
});

/** What reads a value that may be of any shape; null where it is not of the right one. */
function wellShaped<T>(read: () => T): T | null {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof Misshapen || fault instanceof SyntaxError) return null;
    throw fault;
  }
}

// --- results ----------------------------------------------------------------------------------------------

/** A result without the texts that it points into, and these. */
export function keptResult(result: LintResult): {
  readonly kept: unknown;
  readonly sources: readonly Source[];
} {
  const places = new Map<Source, number>();
  const kept: unknown = JSON.parse(
    JSON.stringify(result, (_, value: unknown) => {
      if (!isSpan(value)) return value;
      const place = places.get(value.source) ?? places.size;
      places.set(value.source, place);
      return [place, value.start, value.end] satisfies KeptSpan;
    }),
  );
  return { kept, sources: [...places.keys()] };
}

function isSpan(value: unknown): value is Span {
  return (
    typeof value === 'object' && value !== null && 'source' in value && 'start' in value && 'end' in value
  );
}

/** The result that was kept, on these texts and what they are at most as long as; null where it is none. */
export function resultFrom(
  kept: unknown,
  sources: readonly Source[],
  lengths: readonly number[],
): LintResult | null {
  return wellShaped(() => aResult(aSpanOf(sources, lengths))(kept));
}

function aSpanOf(sources: readonly Source[], lengths: readonly number[]): Read<Span> {
  const three = aList(aCount);
  return (value) => {
    const [place = -1, start = 0, end = 0, ...more] = three(value);
    const source = sources[place];
    if (!source || more.length > 0 || start > end || end > (lengths[place] ?? 0)) {
      throw new Misshapen('expected a place in a text');
    }
    return { source, start, end };
  };
}

function aResult(span: Read<Span>): Read<LintResult> {
  const step = orNull(aRecord<StepRef>({ index: aCount, name: orNull(aText), id: orNull(aText) }));
  const finding = aRecord<Finding>({
    rule: aText,
    messageId: aText,
    severity: oneOf(severities),
    confidence: oneOf(['proved', 'likely']),
    message: aText,
    help: aText,
    url: aText,
    span,
    job: orNull(aText),
    step,
    secrets: texts,
    forge: oneOf(forges),
    contexts: texts,
    witness: aList(aRecord<WitnessStep>({ span, text: aText })),
    fix: orNull(
      aRecord<Fix>({
        applicability: oneOf(['safe', 'unsafe']),
        edits: aList(aRecord<Edit>({ span, text: aText })),
        group: orNull(aText),
      }),
    ),
    fingerprint: aText,
  });
  return aRecord<LintResult>({
    inputs: aCount,
    jobs: aCount,
    steps: aRecord({ judged: aCount, notJudged: aCount }),
    findings: aList(finding),
    suppressed: aList(
      aRecord<Suppressed>({
        finding,
        by: oneOf(['directive', 'baseline', 'optional-secret', 'override']),
        reason: aText,
        until: orNull(aText),
      }),
    ),
    notJudged: aList(aRecord<NotJudged>({ span, job: orNull(aText), step, reason: aText })),
    rulesNotJudged: aList(aRecord<RuleNotJudged>({ rule: aText, reason: aText })),
    plugins: aList(aRecord<PluginRef>({ from: aText, name: orNull(aText) })),
    // Only an audit asks for them, and an incomplete run is not kept.
    fates: nothing,
    errors: aList((): InputError => {
      throw new Misshapen('expected a complete run');
    }),
  });
}

const nothing: Read<readonly never[]> = (value) => {
  if (!Array.isArray(value) || value.length > 0) throw new Misshapen('expected nothing');
  return [];
};
