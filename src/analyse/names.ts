import {
  jobStatuses,
  payloadFlags,
  payloadObjects,
  refTypes,
  results,
  runnerFields,
} from '../facts/context-values.js';
import type { Dialect, ExpressionSite } from '../forge/dialects.js';
import { firesOn } from '../forge/events.js';
import { forges } from '../forge/forge.js';
import type { Action, Job, Step, Workflow } from '../model/model.js';
import type { YamlNode } from '../parse/yaml.js';
import { anything, flag, nullOnly, oneOf, type Possible, type Possibles, someText } from './possible.js';

/** Where an expression stands. `file` has the steps or jobs that it can name. */
export interface Place {
  readonly dialect: Dialect;
  readonly site: ExpressionSite;
  readonly file: Workflow | Action;
  /** null in an action. */
  readonly job: Job | null;
  /** The steps of the job or action. */
  readonly steps: readonly Step[];
  /** null for a condition of the job. */
  readonly step: Step | null;
  /** Whether everything before has succeeded, as the implied `success()` asks (semantics 4.1). */
  readonly afterSuccess: boolean;
}

/** Why a name can hold only some things, for those who ask about the outcome. */
export type NameNote =
  /** Nothing there has the name: a job that is not needed, an output that is not declared … */
  | {
      readonly kind: 'absent';
      readonly what: 'need' | 'step' | 'output' | 'input' | 'field' | 'composite-secret';
      readonly name: string;
      /** The names that there are. */
      readonly known: readonly string[];
    }
  /** It holds one of few texts. */
  | { readonly kind: 'one-of'; readonly texts: readonly string[] }
  /** Its text has a form. */
  | { readonly kind: 'form'; readonly form: TextForm };

export type TextForm = 'full-ref' | 'short-ref' | 'owner/name' | 'owner' | 'event';

export interface Named {
  readonly values: Possibles;
  readonly note: NameNote | null;
}

const unknown: Named = { values: anything, note: null };
const textOrNull: Named = { values: [someText(), { kind: 'null' }], note: null };

/** What `context.key…` can hold; keys are lower case, `*` for a star. The forge knows the context in this place. */
export function named(context: string, keys: readonly string[], place: Place): Named {
  const { dialect } = place;
  if (context === 'github' || dialect.githubAliases.includes(context)) return githubNamed(keys, place);
  switch (context) {
    case 'needs':
      return needNamed(keys, place);
    case 'steps':
      return stepNamed(keys, place);
    case 'job':
      if (keys[0] !== 'status') return unknown;
      return few(place.afterSuccess ? ['success'] : jobStatuses, jobStatuses);
    case 'runner': {
      const texts = dialect.forge === 'github' ? runnerFields.get(keys[0] ?? '') : undefined;
      return texts ? few(texts) : unknown;
    }
    case 'env':
      return keys.length === 1 ? textOrNull : unknown;
    case 'secrets':
      return secretNamed(keys, place);
    case 'inputs':
      return inputNamed(keys, place);
    default:
      return unknown;
  }
}

function few(texts: readonly string[], shown: readonly string[] = texts): Named {
  return { values: oneOf(texts), note: { kind: 'one-of', texts: shown } };
}

function absent(
  what: Extract<NameNote, { kind: 'absent' }>['what'],
  name: string,
  known: readonly string[],
): Named {
  return { values: nullOnly, note: { kind: 'absent', what, name, known } };
}

function shaped(form: TextForm, values: Possibles): Named {
  return { values, note: { kind: 'form', form } };
}

// --- github -------------------------------------------------------------------------------------------

function githubNamed(keys: readonly string[], place: Place): Named {
  const [first] = keys;
  if (first === undefined || keys.includes('*')) return unknown;
  if (first === 'event') return payloadNamed(keys.slice(1), place);
  if (keys.length > 1) return unknown;
  const onGithub = place.dialect.forge === 'github';
  switch (first) {
    case 'event_name':
      return shaped('event', [someText((text) => mayBeEvent(text, onGithub))]);
    case 'repository':
      return shaped('owner/name', [someText((text) => text.split('/').length === 2)]);
    case 'repository_owner':
      return shaped('owner', [someText((text) => !text.includes('/'))]);
    case 'ref':
      // '' where a commit is deployed that no ref names.
      return hasFullRef(place)
        ? shaped('full-ref', [{ kind: 'text', text: '' }, someText(() => true, 'refs/')])
        : { values: [someText()], note: null };
    case 'ref_name':
    case 'head_ref':
    case 'base_ref':
      return onGithub
        ? shaped('short-ref', [someText((text) => !text.startsWith('refs/'))])
        : { values: [someText()], note: null };
    case 'ref_type':
      return onGithub ? few([...refTypes, ''], refTypes) : { values: [someText()], note: null };
    default:
      return unknown;
  }
}

/**
 * Whether `github.event_name` can be that. A called workflow sees its caller's event; on the act family this is not
 * settled, and the servers have event names of their own. `dynamic` is a run that GitHub itself sets up.
 */
function mayBeEvent(text: string, onGithub: boolean): boolean {
  if (text === 'workflow_call') return !onGithub;
  if (text === '' || text === 'dynamic' || forges.some((forge) => firesOn(text, forge))) return true;
  return !onGithub && /^(issue|package|pull_request|repository|wiki)/.test(text);
}

/** Whether `github.ref` is a full one in every run: whether it is on all events of the act family is not settled. */
function hasFullRef({ dialect, file }: Place): boolean {
  if (dialect.forge === 'github') return true;
  if (!('triggers' in file)) return false;
  return file.triggers.every(({ event }) => event === 'push' || event === 'pull_request');
}

function payloadNamed(keys: readonly string[], place: Place): Named {
  if (keys[0] === 'inputs' && keys.length === 2) return payloadInputNamed(keys[1] ?? '', place);
  const path = keys.join('.');
  if (payloadFlags.has(path)) return { values: [...flag(null), { kind: 'null' }], note: null };
  if (payloadObjects.has(path)) return { values: [{ kind: 'structure' }, { kind: 'null' }], note: null };
  return unknown;
}

// --- inputs -------------------------------------------------------------------------------------------

/** `github.event.inputs.<name>` is text on GitHub, even for an input of type boolean. */
function payloadInputNamed(name: string, { dialect, file }: Place): Named {
  if (dialect.forge !== 'github' || !('triggers' in file)) return unknown;
  const types = declaredInputs(file, ['workflow_dispatch']).get(name);
  if (!types?.every((type) => type === 'boolean')) return unknown;
  return { values: [...oneOf(['true', 'false']), { kind: 'null' }], note: null };
}

/** `inputs.<name>` keeps the declared type on GitHub; a composite action gets text (semantics 9.5). */
function inputNamed(keys: readonly string[], { dialect, file }: Place): Named {
  const [name] = keys;
  if (name === undefined || name === '*' || keys.length > 1) return unknown;
  if (!('triggers' in file)) {
    const known = file.inputs.map((input) => input.name);
    if (!known.some((input) => input.toLowerCase() === name)) return absent('input', name, known);
    return textOrNull;
  }
  if (dialect.forge !== 'github') return unknown;
  const inputs = declaredInputs(file, ['workflow_call', 'workflow_dispatch']);
  const types = inputs.get(name);
  // A file without any inputs may be meant to get some; in a file with others the name is wrong.
  if (!types) return inputs.size === 0 ? unknown : absent('input', name, [...inputs.keys()]);
  if (types.every((type) => type === 'boolean'))
    return { values: [...flag(null), { kind: 'null' }], note: null };
  return types.every((type) => type === 'string' || type === 'choice' || type === 'environment')
    ? textOrNull
    : unknown;
}

/** The inputs that the events declare, by lower-case name, with each type that is given for them. */
export function declaredInputs(workflow: Workflow, events: readonly string[]): Map<string, string[]> {
  const inputs = new Map<string, string[]>();
  for (const { event, body } of workflow.triggers) {
    if (!events.includes(event)) continue;
    const map = child(body, 'inputs');
    if (map?.kind !== 'map') continue;
    for (const { key, value } of map.pairs) {
      const name = key.text.text.toLowerCase();
      const type = child(value, 'type');
      const types = inputs.get(name) ?? [];
      types.push(type?.kind === 'scalar' ? type.text.text : 'string');
      inputs.set(name, types);
    }
  }
  return inputs;
}

function child(node: YamlNode | null, name: string): YamlNode | null {
  return node?.kind === 'map' ? (node.pairs.find(({ key }) => key.text.text === name)?.value ?? null) : null;
}

// --- secrets ------------------------------------------------------------------------------------------

function secretNamed(keys: readonly string[], { dialect, site, file }: Place): Named {
  const [name] = keys;
  if (name === undefined || name === '*' || keys.length > 1) return unknown;
  // Semantics 9.2.
  if (site === 'composite-step' && dialect.secretsInComposite === 'empty')
    return absent('composite-secret', name, []);
  // A caller can pass '', which is not null.
  if ('triggers' in file && file.triggers.some(({ event }) => event === 'workflow_call')) return textOrNull;
  return { values: [someText((text) => text !== ''), { kind: 'null' }], note: null };
}

// --- needs and steps ----------------------------------------------------------------------------------

function needNamed(keys: readonly string[], place: Place): Named {
  const { job, file } = place;
  // The success() of a step looks at the steps before it, not at the jobs (semantics 4.11, 4.12).
  const afterSuccess = place.afterSuccess && place.step === null;
  const [id, field, output] = keys;
  if (!job || !('triggers' in file) || id === undefined) return unknown;
  const needed = job.needs.map((need) => need.job);
  if (id === '*') {
    if (field !== 'result' || keys.length > 2) return unknown;
    const forgiving = file.jobs.some((other) => needed.includes(other.id) && other.continueOnError !== null);
    return list(afterSuccess && !forgiving ? ['success'] : results);
  }
  // Only jobs that are needed directly are there (semantics 7.8).
  if (!needed.some((name) => name.toLowerCase() === id)) return absent('need', id, needed);
  const other = file.jobs.find((candidate) => candidate.id.toLowerCase() === id);
  if (!other || field === undefined || field === '*') return unknown;
  if (field === 'result')
    return few(afterSuccess && other.continueOnError === null ? ['success'] : results, results);
  if (field !== 'outputs') return absentField(field, ['result', 'outputs']);
  if (output === undefined || output === '*' || keys.length > 3) return unknown;
  const declared = other.outputs.map((entry) => entry.name);
  if (other.uses || declared.includes('*')) return textOrNull;
  return declared.some((name) => name.toLowerCase() === output)
    ? textOrNull
    : absent('output', output, declared);
}

function stepNamed(keys: readonly string[], place: Place): Named {
  const [id, field, output] = keys;
  const { step } = place;
  if (id === undefined || !step) return unknown;
  const before = place.steps.filter((candidate) => candidate.index < step.index);
  if (id === '*') {
    if ((field !== 'outcome' && field !== 'conclusion') || keys.length > 2) return unknown;
    return list(results);
  }
  const other = before.find((candidate) => candidate.id?.toLowerCase() === id);
  // Semantics 7.6.
  if (!other)
    return absent(
      'step',
      id,
      before.flatMap((candidate) => candidate.id ?? []),
    );
  if (field === undefined || field === '*') return unknown;
  if (field === 'outcome' || field === 'conclusion') {
    const mayFail = other.continueOnError !== null && other.continueOnError.literal !== false;
    return few(place.afterSuccess && !mayFail ? ['success', 'skipped'] : results, results);
  }
  if (field !== 'outputs') return absentField(field, ['outputs', 'outcome', 'conclusion']);
  return output === undefined || output === '*' || keys.length > 3 ? unknown : textOrNull;
}

/** A field that the context does not have: null on GitHub, '' in the act family (semantics 4.10d). */
function absentField(name: string, known: readonly string[]): Named {
  const values: Possible[] = [{ kind: 'null' }, { kind: 'text', text: '' }];
  return { values, note: { kind: 'absent', what: 'field', name, known } };
}

function list(texts: readonly string[]): Named {
  return { values: [{ kind: 'list', items: oneOf(texts) }], note: { kind: 'one-of', texts: results } };
}
