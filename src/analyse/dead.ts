import { type Dialect, dialects } from '../forge/dialects.js';
import { firesOn } from '../forge/events.js';
import type { Forge } from '../forge/forge.js';
import { dialectOf } from '../forge/versions.js';
import type { Job, Step, Trigger, Workflow } from '../model/model.js';
import type { YamlPair } from '../parse/yaml.js';
import type { Span } from '../text/source.js';
import { type Answer, answerAt } from './answer.js';
import type { Label } from './hole.js';

/** Why a forge never runs a file. */
export type DeathReason =
  /** Another root comes first, and the forge reads one only (semantics 6.8). */
  | { readonly kind: 'shadowed'; readonly folder: string; readonly by: string }
  /** The forge does not read this root at all. */
  | { readonly kind: 'foreign-root'; readonly folder: string; readonly read: readonly string[] }
  | { readonly kind: 'sub-folder'; readonly folder: string }
  /** The server cannot read what stands below an event, and drops the file (semantics 8.2). */
  | {
      readonly kind: 'refused-key';
      readonly event: string;
      readonly key: string;
      readonly lost: readonly string[];
    }
  /** The server wants true or false there, and drops the file (semantics 5, 8.2c). */
  | { readonly kind: 'continue-on-error' }
  /** The forge knows none of the events (semantics 8.3). */
  | { readonly kind: 'unknown-events'; readonly events: readonly string[] };

/** A file that its forge never runs. */
export interface DeadFile {
  readonly forge: Forge;
  /** Where the cause stands; both null where it concerns the file. */
  readonly job: Job | null;
  readonly step: Step | null;
  readonly reason: DeathReason;
  readonly span: Span;
  readonly confidence: 'proved';
  readonly secrets: readonly string[];
  readonly contexts: readonly string[];
  readonly witness: readonly Label[];
}

/** What is known beside the file itself. */
export interface Surroundings {
  /** The paths of all files that lie in the forges' roots. */
  readonly files: readonly string[];
  /** Whether somebody said which forge it is. By its folder alone a file may be meant for another one. */
  readonly forgeIsGiven: boolean;
  /** The release of the forge; null for the newest that is known. */
  readonly version: string | null;
}

/** Every reason for which the forge never runs the workflow; a file has one place of its own for each. */
export function deathsOf(workflow: Workflow, forge: Forge, around: Surroundings): DeadFile[] {
  const dialect = dialectOf(forge, around.version);
  const place = deathByPlace(workflow, dialect, around);
  if (place) return [place];
  const events = deathByEvents(workflow, dialect);
  if (events) return [events];
  return deathsByShape(workflow, dialect);
}

function death(
  reason: DeathReason,
  dialect: Dialect,
  label: Label,
  at: { readonly job: Job | null; readonly step: Step | null } = { job: null, step: null },
): DeadFile {
  return {
    forge: dialect.forge,
    job: at.job,
    step: at.step,
    reason,
    span: label.span,
    confidence: 'proved',
    secrets: [],
    contexts: [],
    witness: [label],
  };
}

// --- the place of the file ------------------------------------------------------------------------------

const knownFolders: readonly string[] = [
  ...new Set(Object.values(dialects).flatMap((dialect) => dialect.roots.folders)),
];

/** A path below a root, taken apart: `a/.gitea/workflows/x/ci.yml` is `a/`, `.gitea/workflows`, `x/ci.yml`. */
interface RootedPath {
  readonly repository: string;
  readonly folder: string;
  readonly inside: string;
}

/** The innermost root that the path lies in; null for a file of no known root. */
function rooted(path: string): RootedPath | null {
  let best: RootedPath | null = null;
  for (const folder of knownFolders) {
    const at = `/${path}`.lastIndexOf(`/${folder}/`);
    if (at < 0 || (best && at <= best.repository.length)) continue;
    best = { repository: path.slice(0, at), folder, inside: path.slice(at + folder.length + 1) };
  }
  return best;
}

function deathByPlace(workflow: Workflow, dialect: Dialect, around: Surroundings): DeadFile | null {
  const own = rooted(workflow.source.path);
  if (!own) return null;
  const { folder } = own;
  const { folders, recursive } = dialect.roots;
  const at = { span: headOf(workflow) };
  const rank = folders.indexOf(folder);
  if (rank < 0) {
    if (!around.forgeIsGiven) return null;
    return death({ kind: 'foreign-root', folder, read: folders }, dialect, {
      ...at,
      text: 'never started',
    });
  }
  if (own.inside.includes('/') && !recursive)
    return death({ kind: 'sub-folder', folder }, dialect, { ...at, text: 'never started' });
  if (!around.forgeIsGiven || rank === 0) return null;
  const others = around.files.map(rooted);
  const by = folders
    .slice(0, rank)
    .find((first) => others.some((other) => other?.folder === first && other.repository === own.repository));
  return by === undefined
    ? null
    : death({ kind: 'shadowed', folder, by }, dialect, { ...at, text: 'never started' });
}

/** Where a person looks for what starts the file: its first event. */
function headOf({ source, triggers }: Workflow): Span {
  return triggers[0]?.key.span ?? { source, start: 0, end: 0 };
}

// --- events and shapes ----------------------------------------------------------------------------------

function deathByEvents(workflow: Workflow, dialect: Dialect): DeadFile | null {
  // GitHub refuses such a file where everybody sees it.
  if (dialect.contextNotAvailable === 'invalid-file' && dialect.forge === 'github') return null;
  const { triggers } = workflow;
  const [first] = triggers;
  if (!first || triggers.some(({ event }) => isKnown(event, dialect))) return null;
  const events = triggers.map(({ event }) => event);
  return death({ kind: 'unknown-events', events }, dialect, {
    span: first.key.span,
    text: `${dialect.title} has no such event`,
  });
}

function isKnown(event: string, dialect: Dialect): boolean {
  return firesOn(event, dialect.forge) && !dialect.unknownEvents.has(event);
}

/** An event of a workflow that the forge never fires, though it fires others of it. */
export interface DeadTrigger extends Answer {
  readonly event: string;
  /** True where a later release knows it. */
  readonly later: boolean;
}

/** The events of a workflow that start nothing on the forge; none where nothing starts it, or where everybody sees it. */
export function deadTriggers({ triggers }: Workflow, dialect: Dialect): DeadTrigger[] {
  if (dialect.contextNotAvailable === 'invalid-file' && dialect.forge === 'github') return [];
  if (!triggers.some(({ event }) => isKnown(event, dialect))) return [];
  return triggers
    .filter(({ event }) => !isKnown(event, dialect))
    .map(({ event, key }) => ({
      ...answerAt(dialect.forge, key.span, `${dialect.title} has no such event`),
      event,
      later: dialect.unknownEvents.has(event),
    }));
}

function deathsByShape(workflow: Workflow, dialect: Dialect): DeadFile[] {
  // Where an invalid file is a failed run, everybody sees it.
  if (dialect.invalidFile !== 'vanishes') return [];
  const found: DeadFile[] = [];
  for (const trigger of workflow.triggers) {
    const refused = refusedKey(trigger, dialect);
    const lost = workflow.triggers.map(({ event }) => event).filter((event) => event !== trigger.event);
    // A file that is only ever called is read by the runner alone, which knows the key (semantics 8.2b).
    if (!refused || lost.length === 0) continue;
    const key = refused.key.text.text;
    found.push(
      death({ kind: 'refused-key', event: trigger.event, key, lost }, dialect, {
        span: refused.key.span,
        text: `${dialect.title} cannot read this and drops the file`,
      }),
    );
  }
  const flags = deathByFlags(workflow, dialect);
  return flags ? [...found, flags] : found;
}

/** One death, however many steps have the cause: its place is the first of them. */
function deathByFlags(workflow: Workflow, dialect: Dialect): DeadFile | null {
  if (dialect.stepContinueOnErrorExpression !== 'file-vanishes') return null;
  const flags = workflow.jobs.flatMap((job) =>
    job.steps.flatMap((step) => {
      const flag = step.continueOnError;
      return flag && flag.literal === null ? [{ job, step, span: flag.span }] : [];
    }),
  );
  const [first] = flags;
  if (!first) return null;
  const text = `${dialect.title} wants true or false here, and drops the file`;
  const witness = flags.map(({ span }) => ({ span, text }));
  return { ...death({ kind: 'continue-on-error' }, dialect, { span: first.span, text }, first), witness };
}

/** The first key below the event that the forge cannot read: a map where it wants texts. */
function refusedKey({ event, body }: Trigger, dialect: Dialect): YamlPair | null {
  const refused = dialect.refusedTriggerKeys.get(event);
  if (!refused || body?.kind !== 'map') return null;
  return (
    body.pairs.find(({ key, value }) => refused.includes(key.text.text) && value?.kind === 'map') ?? null
  );
}
