import type { Job } from '../model/model.js';
import type { Expr } from '../parse/expression.js';
import { callAround, EVERY_SECRET, inputKey, secretKey } from './called.js';
import { common } from './constraints.js';
import { type NeedEntry, sameOutputs } from './job.js';
import { expressionsOfJob } from './references.js';

// What a job can see of those that it needs. Ends that differ in nothing but what it does not ask for are one to it.

/** Outputs by lower-cased name; `all` where the job may ask for any. */
type Asked = ReadonlySet<string> | 'all';

/** What a job asks of the jobs that it needs, by lower-cased id; of those that are not listed it asks no output. */
interface Questions {
  readonly ofEvery: boolean;
  readonly byJob: ReadonlyMap<string, Asked>;
}

const known = new WeakMap<Job, Questions>();

function questionsOf(job: Job): Questions {
  const questions = known.get(job) ?? findQuestions(job);
  known.set(job, questions);
  return questions;
}

function findQuestions(job: Job): Questions {
  const around = callAround(job);
  const byJob = new Map<string, Set<string> | 'all'>();
  let ofEvery = false;
  const ask = (id: string, output: string | null) => {
    const asked = byJob.get(id.toLowerCase()) ?? new Set();
    if (output !== null && asked !== 'all') asked.add(output.toLowerCase());
    byJob.set(id.toLowerCase(), output === null ? 'all' : asked);
  };
  const askEntry = (key: string | null) => {
    if (around) ask(around.entry, key);
  };
  if (job.secrets === 'inherit') askEntry(null);
  for (const { context, keys } of expressionsOfJob(job).flatMap(pathsOf)) {
    const [first, second, third] = keys;
    if (context === 'inputs') askEntry(first == null ? null : inputKey(first));
    if (context === 'secrets') askEntry(first == null ? null : secretKey(first));
    if (context !== 'needs' || second === 'result') continue;
    if (first == null) ofEvery = true;
    else if (second == null || (second === 'outputs' && third == null))
      ask(`${around?.prefix ?? ''}${first}`, null);
    else if (second === 'outputs' && third != null) ask(`${around?.prefix ?? ''}${first}`, third);
  }
  return { ofEvery, byJob };
}

/** A context, and the keys that are asked of it one after the other; null for a key that is computed, or `*`. */
interface ContextPath {
  readonly context: string;
  readonly keys: readonly (string | null)[];
}

/** The longest paths into contexts that an expression holds. */
function pathsOf(expr: Expr): ContextPath[] {
  switch (expr.kind) {
    case 'literal':
      return [];
    case 'context':
      return [{ context: expr.name, keys: [] }];
    case 'index': {
      const { key } = expr;
      const inKey = key.kind === 'star' ? [] : pathsOf(key);
      const name = key.kind === 'literal' ? String(key.value) : null;
      const [path, ...others] = pathsOf(expr.object);
      if (!path) return inKey;
      // Of what a function gives back nothing is known: what it is called with is asked for as a whole.
      const longer = isPath(expr.object) ? { ...path, keys: [...path.keys, name] } : path;
      return [longer, ...others, ...inKey];
    }
    case 'call':
      return expr.args.flatMap(pathsOf);
    case 'not':
      return pathsOf(expr.operand);
    case 'compare':
      return [...pathsOf(expr.left), ...pathsOf(expr.right)];
    case 'and':
    case 'or':
      return expr.operands.flatMap(pathsOf);
  }
}

/** Is it a context, or what its keys lead to? */
function isPath(expr: Expr): boolean {
  return expr.kind === 'context' || (expr.kind === 'index' && isPath(expr.object));
}

/** The ends of a needed job, those that are one to the job that needs it put together. */
export function entriesFor(job: Job, need: string, entries: readonly NeedEntry[]): readonly NeedEntry[] {
  const { ofEvery, byJob } = questionsOf(job);
  const asked = ofEvery ? 'all' : (byJob.get(need.toLowerCase()) ?? new Set<string>());
  if (asked === 'all' || entries.length < 2) return entries;
  const isEntry = callAround(job)?.entry === need;
  const seen: NeedEntry[] = [];
  for (const whole of entries) {
    const outputs = new Map([...whole.outputs].filter(([name]) => isAsked(name, asked)));
    const twin = seen.findIndex(
      (other) =>
        other.result === whole.result &&
        // Whether the run is red already is seen by the jobs of a called workflow, too.
        (!isEntry || isInAlarm(other) === isInAlarm(whole)) &&
        sameOutputs(other.outputs, outputs),
    );
    const other = seen[twin];
    if (other) seen[twin] = eitherEntry(other, whole);
    else seen.push({ ...whole, outputs });
  }
  return seen;
}

function isAsked(name: string, asked: ReadonlySet<string>): boolean {
  // What stands for all outputs, and for all secrets, says what those are that are not in the list.
  return name === '*' || name === EVERY_SECRET || asked.has(name.toLowerCase());
}

function isInAlarm({ ends }: NeedEntry): boolean {
  return ends[0]?.state.alarm ?? false;
}

function eitherEntry(a: NeedEntry, b: NeedEntry): NeedEntry {
  const constraints = common(a.state.constraints, b.state.constraints);
  return { ...a, ends: [...a.ends, ...b.ends], state: { constraints, trace: a.state.trace } };
}
