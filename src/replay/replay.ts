import { type EventContext, eventContexts } from '../forge/events.js';
import type { Forge } from '../forge/forge.js';
import { dialectOf } from '../forge/versions.js';
import type { Finding } from '../lint/finding.js';
import { buildWorkflow } from '../model/build.js';
import { libraryOf } from '../model/library.js';
import type { Workflow } from '../model/model.js';
import { parseYaml } from '../parse/yaml.js';
import type { Repository } from '../text/repository.js';
import type { Source } from '../text/source.js';
import { filesFor } from './files.js';
import type { Claim, Scene } from './region.js';
import type { ContextReplay, Replay, ReplayVerdict } from './result.js';
import type { Sandbox } from './sandbox.js';
import { type Hints, noHints, replayIn } from './worlds.js';

/** A workflow that may lead to a finding. */
export interface ReplayFile {
  readonly source: Source;
  /** The forge whose root it lies under; null for a file of no known root. */
  readonly forge: Forge | null;
  readonly repository: Repository | null;
}

export interface ReplayOptions {
  readonly sandbox: Sandbox;
  /** The release of the forge; null for the newest that is known. */
  readonly version: string | null;
}

/** What the rules say of a run; those that are not here say something of the text of a file. */
const claims: ReadonlyMap<string, Claim> = new Map([
  ['missing-secret-exits-zero', 'passes'],
  ['missing-secret-skips-step', 'passes'],
  ['missing-secret-skips-job', 'passes'],
  ['missing-secret-masked', 'passes'],
  ['missing-secret-mutes-alarm', 'silent'],
  ['fork-guard-too-wide', 'passes'],
  ['fork-guard-missing', 'fails'],
  ['vague-missing-secret', 'fails'],
]);

/** Workflows that are tried before a finding in a file that they call is given up. */
const MAX_ROOTS = 4;

/**
 * Runs what a finding is about, in each of its contexts, with its secrets there and with them missing. `files` are the
 * workflows of the run that made the finding. Never throws for what the files hold.
 */
export async function replay(
  finding: Finding,
  files: readonly ReplayFile[],
  options: ReplayOptions,
): Promise<Replay> {
  const claim = claims.get(finding.rule);
  if (!claim)
    return notReplayable(`what ${finding.rule} says is read in the text of the file, and nothing is run`);
  if (finding.secrets.some((name) => name.startsWith('inputs.')))
    return notReplayable('no workflow here calls the action, so there is no job to run');
  const roots = rootsOf(finding, files);
  if (roots.length === 0) return notReplayable('no workflow here leads to the place');
  const contexts: ContextReplay[] = [];
  const hints = new Map<Root, Hints>(roots.map((root) => [root, noHints()]));
  for (const name of finding.contexts) contexts.push(await inContext(name, finding, claim, hints, options));
  return together(contexts);
}

interface Root {
  readonly workflow: Workflow;
  readonly repository: Repository | null;
}

const models = new WeakMap<Source, Workflow | null>();

function workflowOf(source: Source): Workflow | null {
  const known = models.get(source);
  if (known !== undefined) return known;
  const file = parseYaml(source);
  const workflow = file.problems.length > 0 ? null : buildWorkflow(file);
  models.set(source, workflow);
  return workflow;
}

/**
 * The workflows that may lead to the place: the one that it lies in, else those that the finding points into or that name
 * its file, and those that call the one it lies in.
 */
function rootsOf(finding: Finding, files: readonly ReplayFile[]): Root[] {
  const named = namedBy(finding);
  const { path } = finding.span.source;
  const own = files.filter(({ source }) => source.path === path);
  const isCalled = own.length === 0 || own.some(({ source }) => source.text.includes('workflow_call'));
  const inWitness = files.filter(({ source }) => source.path !== path && named.has(source.path));
  const name = nameOf(path);
  const callers = files.filter(
    (file) =>
      file.source.path !== path &&
      !named.has(file.source.path) &&
      (file.forge === null || file.forge === finding.forge) &&
      file.source.text.includes(name),
  );
  return [...own, ...(isCalled ? [...inWitness, ...callers] : [])]
    .slice(0, MAX_ROOTS)
    .flatMap(({ source, repository }) => {
      const workflow = workflowOf(source);
      return workflow ? [{ workflow, repository }] : [];
    });
}

/** What those who call a file name: an action goes by its folder. */
function nameOf(path: string): string {
  const [last = '', folder = ''] = path.split('/').reverse();
  return /^action\.ya?ml$/.test(last) ? folder : last;
}

/** The paths of the files that a finding and its witness point into. */
function namedBy(finding: Finding): Set<string> {
  return new Set([finding.span, ...finding.witness.map(({ span }) => span)].map(({ source }) => source.path));
}

async function inContext(
  name: string,
  finding: Finding,
  claim: Claim,
  roots: ReadonlyMap<Root, Hints>,
  { sandbox, version }: ReplayOptions,
): Promise<ContextReplay> {
  const dialect = dialectOf(finding.forge, version);
  const tried: ContextReplay[] = [];
  for (const [{ workflow, repository }, hints] of roots) {
    for (const event of eventsOf(workflow, finding.forge, name)) {
      const scene: Scene = {
        finding,
        claim,
        workflow,
        event,
        dialect,
        sandbox,
        paths: namedBy(finding),
        library: repository && libraryOf(repository),
        files: filesFor(workflow, repository),
      };
      const one = await replayIn(scene, hints).catch((fault) => ({
        ...untold(name, finding),
        reason: `the replay failed, which is a bug of hardfail: ${fault instanceof Error ? fault.message : String(fault)}`,
      }));
      if (one.verdict === 'confirmed') return one;
      tried.push(one);
    }
  }
  const contradicted = tried.find(({ verdict }) => verdict === 'contradicted');
  return (
    contradicted ??
    tried[0] ?? { ...untold(name, finding), reason: 'no workflow that leads to the place runs in this event' }
  );
}

function untold(context: string, { secrets }: Finding): ContextReplay {
  return {
    context,
    verdict: 'not-replayable',
    reason: '',
    secrets,
    restsOn: [],
    notRun: [],
    assumed: [],
    present: [],
    missing: [],
    script: null,
  };
}

function eventsOf(workflow: Workflow, forge: Forge, name: string): EventContext[] {
  return eventContexts(workflow.triggers, forge).filter((event) => event.name === name);
}

function notReplayable(reason: string): Replay {
  return { verdict: 'not-replayable', reason, contexts: [] };
}

function together(contexts: readonly ContextReplay[]): Replay {
  const of = (verdict: ReplayVerdict) => contexts.filter((one) => one.verdict === verdict);
  const [contradicted] = of('contradicted');
  if (contradicted) return { verdict: 'contradicted', reason: contradicted.reason, contexts };
  const [confirmed] = of('confirmed');
  if (confirmed) return { verdict: 'confirmed', reason: confirmed.reason, contexts };
  const reason = contexts[0]?.reason ?? 'the finding holds in no context that could be run';
  return { verdict: 'not-replayable', reason, contexts };
}
