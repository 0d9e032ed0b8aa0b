import { parseYaml } from '../parse/yaml.js';
import type { Repository } from '../text/repository.js';
import { buildAction, buildWorkflow } from './build.js';
import type { Action, Workflow } from './model.js';

/** What lies where a call points to. */
export type Looked<File> =
  | { readonly kind: 'found'; readonly file: File }
  | { readonly kind: 'missing' }
  /** There is a file, and it cannot be read as what is called. */
  | { readonly kind: 'broken' };

/** The actions and workflows of a repository, each read once, so that its steps are the same ones whoever calls it. */
export interface Library {
  /** The action in a directory; paths are relative to the top of the repository, '' is the top. */
  actionIn(directory: string): Looked<Action>;
  workflowAt(path: string): Looked<Workflow>;
}

const libraries = new WeakMap<Repository, Library>();

/** The library of a repository, one for each. */
export function libraryOf(repository: Repository): Library {
  const known = libraries.get(repository);
  if (known) return known;
  const actions = new Map<string, Looked<Action>>();
  const workflows = new Map<string, Looked<Workflow>>();
  const library: Library = {
    actionIn: (directory) => once(actions, directory, () => readAction(repository, directory)),
    workflowAt: (path) => once(workflows, path, () => readWorkflow(repository, path)),
  };
  libraries.set(repository, library);
  return library;
}

function once<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const before = known.get(key);
  if (before !== undefined) return before;
  const value = make();
  known.set(key, value);
  return value;
}

function readAction(repository: Repository, directory: string): Looked<Action> {
  const folder = directory === '' ? '' : `${directory}/`;
  const source = repository.read(`${folder}action.yml`) ?? repository.read(`${folder}action.yaml`);
  if (!source) return { kind: 'missing' };
  const file = parseYaml(source);
  if (file.problems.length > 0) return { kind: 'broken' };
  return { kind: 'found', file: buildAction(file) };
}

function readWorkflow(repository: Repository, path: string): Looked<Workflow> {
  const source = repository.read(path);
  if (!source) return { kind: 'missing' };
  const file = parseYaml(source);
  if (file.problems.length > 0) return { kind: 'broken' };
  const workflow = buildWorkflow(file);
  return workflow.jobs.length > 0 ? { kind: 'found', file: workflow } : { kind: 'broken' };
}
