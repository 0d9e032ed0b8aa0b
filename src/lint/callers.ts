import { calledBy, calledByAction } from '../analyse/analyse.js';
import { type Forge, forges } from '../forge/forge.js';
import { buildWorkflow } from '../model/build.js';
import type { Action, Workflow } from '../model/model.js';
import { parseYaml } from '../parse/yaml.js';
import type { Repository } from '../text/repository.js';

/** A file that is judged: an input, or a workflow beside the inputs that calls one of them. */
export interface Judgeable {
  readonly path: string;
  readonly model: Workflow | Action;
  readonly repository: Repository | null;
  /** The forges that it is judged for. */
  readonly candidates: readonly Forge[];
}

/** Who calls whom, as far as it matters to the inputs. */
export interface Callers {
  /** The paths of the files that some workflow calls, or some action that no workflow calls. */
  readonly called: ReadonlySet<string>;
  /** Workflows that are no inputs themselves and call one. */
  readonly others: readonly Judgeable[];
  /** Workflows and actions in the folders of the forges that are no inputs. */
  readonly neighbours: ReadonlySet<string>;
}

/** The most workflows beside the inputs that are looked through for calls. */
const MAX_NEIGHBOURS = 1_000;

/** Is it a workflow, and no action? */
export function isWorkflow(model: Workflow | Action): model is Workflow {
  return 'triggers' in model;
}

/** What is known of the inputs of a run before any is read. */
export interface Known {
  /** Their paths. */
  readonly paths: ReadonlySet<string>;
  /** Those that they lie in. */
  readonly repositories: ReadonlySet<Repository>;
  /** The forge that every file is judged as; null goes by the file. */
  readonly forge: Forge | null;
}

/** Finds the callers of these inputs, among them and in the repositories. */
export function findCallers(inputs: readonly Judgeable[], { paths, repositories, forge }: Known): Callers {
  const called = new Set<string>();
  const others: Judgeable[] = [];
  const neighbours = new Set<string>();
  const callees = new Set(inputs.filter(canBeCalled).map(({ path }) => path));
  for (const input of inputs) if (isWorkflow(input.model)) addCalled(called, input.model, input);
  for (const repository of repositories) {
    const files = repository.files().filter(({ shown }) => !paths.has(shown));
    for (const { shown } of files) neighbours.add(shown);
    if (callees.size === 0) continue;
    for (const file of files.filter(({ kind }) => kind === 'workflow').slice(0, MAX_NEIGHBOURS)) {
      const source = repository.read(file.path);
      if (!source || !mayCall(source.text)) continue;
      const tree = parseYaml(source);
      if (tree.problems.length > 0) continue;
      const model = buildWorkflow(tree);
      const candidates = forge ? [forge] : forges.filter((one) => `.${one}` === file.folder);
      const other: Judgeable = { path: source.path, model, repository, candidates };
      const calls = new Set<string>();
      addCalled(calls, model, other);
      if (![...calls].some((path) => callees.has(path))) continue;
      others.push(other);
      for (const path of calls) called.add(path);
    }
  }
  for (const { path, model, candidates, repository } of inputs) {
    if (isWorkflow(model) || called.has(path)) continue;
    for (const one of candidates)
      for (const other of calledByAction(model, one, repository)) called.add(other);
  }
  return { called, others, neighbours };
}

function addCalled(called: Set<string>, workflow: Workflow, { candidates, repository }: Judgeable): void {
  for (const forge of candidates) for (const path of calledBy(workflow, forge, repository)) called.add(path);
}

function canBeCalled({ model }: Judgeable): boolean {
  return !isWorkflow(model) || model.triggers.some(({ event }) => event === 'workflow_call');
}

/** Most workflows call nothing of the repository, and need not be parsed to see it. */
function mayCall(text: string): boolean {
  return text.includes('uses') && text.includes('./');
}

/**
 * Whether a text looks like that of a workflow that calls no other file of the forges' folders and is called by none:
 * most do. `standsAlone` says whether it is true.
 */
export function looksAlone(text: string): boolean {
  return !text.includes('workflow_call') && !/\buses\W{0,40}\.\//.test(text);
}

/** Whether nothing that another input says can change what is to be told of this one, nor the other way round. */
export function standsAlone(input: Judgeable, callers: Callers): boolean {
  const calls = new Set<string>();
  if (!isWorkflow(input.model) || canBeCalled(input) || callers.called.has(input.path)) return false;
  addCalled(calls, input.model, input);
  return calls.size === 0;
}
