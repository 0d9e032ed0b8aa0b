import type { Dialect } from '../forge/dialects.js';
import { firesOn } from '../forge/events.js';
import type { Job, Step, Trigger, Workflow } from '../model/model.js';
import type { Node } from '../program/program.js';
import type { Repository } from '../text/repository.js';
import { spanOf } from '../text/script.js';
import type { Span } from '../text/source.js';
import type { Knowledge } from './analyse.js';
import { type Answer, answerAt } from './answer.js';
import { type Comparison, type Download, type Drift, driftOf } from './drift-flow.js';
import { secretNames, secretsOfEnv, secretsOfJob } from './secrets.js';
import { shellScripts } from './shell-scripts.js';
import { greenDespite } from './what-if.js';
import { type Forced, mayBeMissing } from './world.js';

/** A job that downloads a file with a credential and compares it with one of the repository. */
export interface DriftGate {
  readonly job: Job;
  /** The secrets that it downloads with; those of the job where its text does not show the download. */
  readonly secrets: readonly string[];
  /** True where its owners call it one. */
  readonly named: boolean;
  /** What it compares with files of the repository. */
  readonly downloads: readonly Download[];
  readonly drift: Drift;
}

/** What a gate is known by, beside its shape. */
export interface GateWish {
  /** True for a workflow that its owners call a drift gate. */
  readonly named: boolean;
  /** The secret, upper case; null for those that the download shows. */
  readonly token: string | null;
  /** Text that the address of the canonical file holds; null for any address. */
  readonly canonical: string | null;
  /** The tracked copy; null for any file of the repository. */
  readonly local: string | null;
}

/** What is wrong with a gate, as far as it does not take a missing token to show it. */
export type DriftFault = Answer &
  (
    | { readonly kind: 'ignores-errors'; readonly download: Download; readonly named: boolean }
    | { readonly kind: 'envelope'; readonly download: Download }
    | { readonly kind: 'failure-unheard'; readonly download: Download }
    | { readonly kind: 'difference-unheard'; readonly comparison: Comparison }
    | { readonly kind: 'blind'; readonly events: readonly string[]; readonly local: string }
    | { readonly kind: 'compares-nothing' }
  );

/** The drift gates of a workflow. In one that is named a job need not have the shape, if it holds the token. */
export function driftGates(
  workflow: Workflow,
  repository: Repository | null,
  dialect: Dialect,
  wish: GateWish,
): DriftGate[] {
  // A download that shows no secret is none that a gate is made of.
  const inEnv = secretsOfEnv(workflow.env).length > 0;
  const jobs = workflow.jobs.filter((job) => inEnv || secretsOfJob(job).length > 0);
  const scripts = shellScripts({ ...workflow, jobs }, dialect);
  const ignored = (name: string) => !mayBeMissing(dialect.forge, name);
  return jobs.flatMap((job): DriftGate[] => {
    const own = scripts.filter((script) => script.job === job);
    const all = driftOf(workflow, job, own, repository, ignored);
    const isMeant = ({ text, secrets }: Download) =>
      (wish.canonical === null || text.includes(wish.canonical)) &&
      (wish.token === null || secrets.includes(wish.token));
    const comparisons = all.comparisons.filter(
      ({ local, downloads }) => (wish.local === null || wish.local === local) && downloads.some(isMeant),
    );
    const drift = { ...all, comparisons };
    const hasShape = comparisons.length > 0;
    const held = secretNames(secretsOfJob(job)).filter((name) => !ignored(name));
    const asked = wish.token === null ? held : held.filter((name) => name === wish.token);
    if (!hasShape && !(wish.named && asked.length > 0)) return [];
    const downloads = [...new Set(comparisons.flatMap((one) => one.downloads))].filter(isMeant);
    const shown = [...new Set(downloads.flatMap((one) => one.secrets))];
    return [{ job, secrets: shown.length > 0 ? shown : asked, named: wish.named, downloads, drift }];
  });
}

/** What is wrong with one gate. */
export function faultsOf(
  gate: DriftGate,
  workflow: Workflow,
  repository: Repository | null,
  dialect: Dialect,
  knowledge: Knowledge,
): DriftFault[] {
  return [
    ...comparesNothing(gate, dialect),
    ...downloadFaults(gate, dialect),
    // Without a part in it, the scripts of the repository need not be run.
    ...unheard(gate, workflow, gate.drift.follows ? repository : null, dialect, knowledge),
    ...blindness(gate, workflow, dialect),
  ];
}

function at(gate: DriftGate, span: Span, step: Step | null, text: string, dialect: Dialect): Answer {
  const answer = answerAt(dialect.forge, span, text, { job: gate.job, step }, 'likely');
  return { ...answer, secrets: gate.secrets };
}

/** A gate by name whose scripts are all there to be read, and hold no comparison. */
function comparesNothing(gate: DriftGate, dialect: Dialect): DriftFault[] {
  const { job, drift } = gate;
  if (drift.comparisons.length > 0 || drift.unseen.length > 0) return [];
  const answer = at(gate, job.key.span, null, 'nothing in it is compared', dialect);
  return [{ ...answer, kind: 'compares-nothing' }];
}

function downloadFaults(gate: DriftGate, dialect: Dialect): DriftFault[] {
  const { downloads, drift } = gate;
  return downloads.flatMap((download): DriftFault[] => {
    const { http, call, text } = download;
    if (!call) return [];
    const span = spanOf(call.words[0]?.at ?? call.at);
    const found: DriftFault[] = [];
    if (http?.fails === false && !http.writesStatus) {
      const answer = at(gate, span, download.step, 'ends with 0 on HTTP 401, 403 and 404', dialect);
      found.push({ ...answer, kind: 'ignores-errors', download, named: gate.named });
    }
    if (isEnvelope(text) && !drift.decodes) {
      const answer = at(gate, span, download.step, 'gives JSON with the file in base64', dialect);
      found.push({ ...answer, kind: 'envelope', download });
    }
    return found;
  });
}

/**
 * Does it ask an interface of a forge that wraps the file: `…/repos/OWNER/NAME/contents/…`? GitHub gives the bytes where
 * they are asked for by the media type; Gitea has another address for that (`/raw/`).
 */
function isEnvelope(text: string): boolean {
  if (!/\brepos\/[^/\s]+\/[^/\s]+\/contents\//.test(text)) return false;
  const isGitea = text.includes('/api/v1/');
  return isGitea || !/application\/vnd\.github(\.v3)?\.raw/.test(text);
}

/** What nobody hears of: a download that fails, or files that differ. */
function unheard(
  gate: DriftGate,
  workflow: Workflow,
  repository: Repository | null,
  dialect: Dialect,
  knowledge: Knowledge,
): DriftFault[] {
  const { comparisons } = gate.drift;
  const differing = new Map<Node, Forced>(
    comparisons.map(({ node, differs }) => [node, { status: differs, prints: 'something' }]),
  );
  const [comparison] = comparisons;
  if (!comparison) return [];
  const contexts = greenDespite(workflow, gate.job, differing, dialect, knowledge, repository);
  if (contexts.length > 0) {
    const span = spanOf(comparison.node.at);
    const answer = at(gate, span, comparison.step, 'that the files differ does not fail the job', dialect);
    return [{ ...answer, contexts, kind: 'difference-unheard', comparison }];
  }
  return gate.downloads.flatMap((download): DriftFault[] => {
    const { call } = download;
    if (!call) return [];
    // A file that was not downloaded differs from any other.
    const forced = new Map(differing).set(call, { status: 1, prints: 'nothing' });
    const silent = greenDespite(workflow, gate.job, forced, dialect, knowledge, repository);
    if (silent.length === 0) return [];
    const span = spanOf(call.words[0]?.at ?? call.at);
    const answer = at(gate, span, download.step, 'that it fails does not fail the job', dialect);
    return [{ ...answer, contexts: silent, kind: 'failure-unheard', download }];
  });
}

/** Are all triggers changes of some files of this repository? The canonical file moves without one. */
function blindness(gate: DriftGate, workflow: Workflow, dialect: Dialect): DriftFault[] {
  const live = workflow.triggers.filter(({ event }) => firesOn(event, dialect.forge));
  const [first] = live;
  const [comparison] = gate.drift.comparisons;
  if (!first || !comparison || !live.every(isFiltered)) return [];
  const answer = at(gate, first.key.span, null, 'a change of these files alone starts it', dialect);
  const events = live.map(({ event }) => event);
  return [{ ...answer, job: null, step: null, secrets: [], kind: 'blind', events, local: comparison.local }];
}

const ofChanges: ReadonlySet<string> = new Set(['push', 'pull_request', 'pull_request_target']);

function isFiltered({ event, body }: Trigger): boolean {
  if (!ofChanges.has(event) || body?.kind !== 'map') return false;
  return body.pairs.some(({ key }) => key.text.text === 'paths');
}
