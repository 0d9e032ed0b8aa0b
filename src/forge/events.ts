import type { YamlNode } from '../parse/yaml.js';
import type { Forge } from './forge.js';

/** What is known of a value below the `github` context. */
export type Known =
  | { readonly kind: 'constant'; readonly value: null | boolean | number | string }
  | KnownSymbol
  /** Some object, not null. */
  | { readonly kind: 'object' };

/** An unknown but fixed string. Two symbols of one name are equal. */
export interface KnownSymbol {
  readonly kind: 'symbol';
  /** The canonical path, such as `github.repository`. */
  readonly name: string;
  readonly nonEmpty: boolean;
  /** What the string starts with; null where that is not known. */
  readonly prefix: string | null;
  /** Constants that it does not equal; `all`: it equals no constant. */
  readonly excludes: readonly string[] | 'all';
  /** Names of symbols that it does not equal. */
  readonly differsFrom: readonly string[];
}

/** An event plus who triggered it: a partial assignment of `github.*`. */
export interface EventContext {
  /** As findings show it: `push`, `pull_request:fork` … */
  readonly name: string;
  /** The event's own name; null for `unknown`. */
  readonly event: string | null;
  /** Whether the context is entitled to the repository's secrets (semantics 6.1). */
  readonly trusted: boolean;
  /**
   * What is known of a lower-case path below `github`, such as `event.pull_request.head.repo.full_name`.
   * undefined: nothing; the value is some unknown but fixed one.
   */
  known(path: string): Known | undefined;
  /** The paths of which something is known by themselves. */
  readonly fields: readonly string[];
}

/** One event of `on:`, lower case, and what stands below it. */
export interface EventTrigger {
  readonly event: string;
  readonly body: YamlNode | null;
}

/**
 * The contexts in which a workflow with these triggers runs on the forge, in the order of the triggers, and
 * last `unknown`: an event that nobody listed, trusted. Events that the forge does not know never fire and
 * are left out; where it knows none of them, they are kept as trusted ones, lest an outdated table silence
 * the whole file.
 */
export function eventContexts(triggers: readonly EventTrigger[], forge: Forge): readonly EventContext[] {
  const live = triggers.filter(({ event }) => firesOn(event, forge));
  // An event that is listed twice fires once.
  const byEvent = new Map((live.length > 0 ? live : triggers).map((trigger) => [trigger.event, trigger]));
  const contexts = [...byEvent.values()].flatMap((trigger) => contextsOf(trigger, forge));
  return [...contexts, unknownContext(forge)];
}

// Semantics 6.1, G122 `modules/actions/github.go` and its successors.
const eventsOfAll: readonly string[] = [
  'create',
  'delete',
  'fork',
  'gollum',
  'issue_comment',
  'issues',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_target',
  'push',
  'registry_package',
  'release',
  'schedule',
  'workflow_call',
  'workflow_dispatch',
  // On Forgejo not settled (semantics 6.1): kept, for a context too many is found sooner than one too few.
  'workflow_run',
];

const events: Readonly<Record<Forge, ReadonlySet<string>>> = {
  gitea: new Set([...eventsOfAll, 'pull_request_comment']),
  forgejo: new Set([...eventsOfAll, 'pull_request_comment']),
  github: new Set([
    ...eventsOfAll,
    'branch_protection_rule',
    'check_run',
    'check_suite',
    'deployment',
    'deployment_status',
    'discussion',
    'discussion_comment',
    'image_version',
    'label',
    'merge_group',
    'milestone',
    'page_build',
    'project',
    'project_card',
    'project_column',
    'public',
    'repository_dispatch',
    'status',
    'watch',
  ]),
};

/** Whether the forge knows an event of that name (lower case), so that it can start a workflow. */
export function firesOn(event: string, forge: Forge): boolean {
  return events[forge].has(event);
}

/** The names of the events that the forge knows, lower case. */
export function eventNames(forge: Forge): readonly string[] {
  return [...events[forge]];
}

type Facts = ReadonlyMap<string, Known>;
type Entries = readonly (readonly [string, Known])[];

function contextsOf(trigger: EventTrigger, forge: Forge): readonly EventContext[] {
  const { event } = trigger;
  switch (event) {
    case 'pull_request':
      return pullRequestContexts(trigger, forge);
    case 'pull_request_target':
      return [pullRequestTargetContext(trigger, forge)];
    case 'pull_request_review':
    case 'pull_request_review_comment':
      return reviewContexts(trigger, forge);
    case 'issue_comment':
    case 'pull_request_comment':
      return commentContexts(trigger, forge);
    case 'workflow_call':
      return callContexts(forge);
    default:
      return [plainContext(trigger, forge)];
  }
}

function pullRequestContexts(trigger: EventTrigger, forge: Forge): readonly EventContext[] {
  const { event } = trigger;
  const facts: Entries = [
    ...named(event),
    ...action(trigger, forge),
    ...pullRequest,
    ...mergeRef(forge),
    ...baseBranch(trigger),
  ];
  const contexts = [
    context(forge, `${event}:same-repo`, event, true, [...facts, ...sameRepository(forge)]),
    context(forge, `${event}:fork`, event, false, [...facts, ...fork(forge), ...secretSource(forge, 'None')]),
  ];
  if (forge !== 'github') return contexts;
  // Semantics 6.4: only Dependabot's own secrets, though everything else looks like the repository's own.
  const dependabot = context(forge, `${event}:dependabot`, event, false, [
    ...facts,
    ...sameRepository(forge),
    ...secretSource(forge, 'Dependabot'),
    ['actor', constant(dependabotLogin)],
    ['event.pull_request.user.login', constant(dependabotLogin)],
    ['event.sender.login', constant(dependabotLogin)],
    ['head_ref', symbol('head_ref', { prefix: 'dependabot/' })],
    ['event.pull_request.head.ref', symbol('head_ref', { prefix: 'dependabot/' })],
  ]);
  return [...contexts, dependabot];
}

// Semantics 6.1: entitled even for a fork, so the head may or may not be one.
function pullRequestTargetContext(trigger: EventTrigger, forge: Forge): EventContext {
  return context(forge, trigger.event, trigger.event, true, [
    ...named(trigger.event),
    ...action(trigger, forge),
    ...pullRequest,
    // Semantics 6.9: the ref is the base branch.
    ...branchRef,
    ...baseBranch(trigger),
    ...literalRef(onlyLiteral(filterOf(trigger, 'branches')), 'branch'),
  ]);
}

// Semantics 6.1 and 6.3: the act-family servers never mark a review as a fork's.
function reviewContexts(trigger: EventTrigger, forge: Forge): readonly EventContext[] {
  const { event } = trigger;
  const forkTrusted = forge !== 'github';
  const facts = [...named(event), ...action(trigger, forge), ...pullRequest];
  // Whether a review sets head_ref and base_ref is not settled.
  const open = facts.filter(([path]) => path !== 'head_ref' && path !== 'base_ref');
  const source = secretSource(forge, forkTrusted ? 'Actions' : 'None');
  return [
    context(forge, `${event}:same-repo`, event, true, [...open, ...sameRepository(forge)]),
    context(forge, `${event}:fork`, event, forkTrusted, [...open, ...fork(forge), ...source]),
  ];
}

// Semantics 6.1: Gitea withholds secrets from a comment on a fork's pull request, the others do not.
function commentContexts(trigger: EventTrigger, forge: Forge): readonly EventContext[] {
  const { event } = trigger;
  const facts: Entries = [
    // Semantics 6.9: a comment on a pull request can arrive under the other name.
    ...(event === 'issue_comment' ? named(event) : []),
    ...action(trigger, forge),
    ...noPayloadBut(['issue', 'comment', 'pull_request']),
    ['event.issue', object],
    ['event.comment', object],
    // The newer act-family servers put the pull request into the payload, the older do not (semantics 6.9).
    ...(forge === 'github' ? noPullRequest : []),
    ...refOf(trigger, forge),
  ];
  const onFork: Entries =
    forge === 'github' ? [['event.issue.pull_request', object]] : [['event.is_pull', constant(true)]];
  return [
    context(forge, event, event, true, facts),
    context(forge, `${event}:fork`, event, forge !== 'gitea', [...facts, ...onFork]),
  ];
}

/**
 * A called workflow sees its caller's event. With no caller known it is judged for the two kinds of trusted
 * ones, which differ in whether there is a pull request: in one context the two facts could not be kept apart.
 */
function callContexts(forge: Forge): readonly EventContext[] {
  return [
    context(forge, 'workflow_call', 'workflow_call', true, [
      ['event_name', symbol('event_name', { excludes: [...pullRequestEvents, 'workflow_call'] })],
      ...noPullRequest,
    ]),
    context(forge, 'workflow_call', 'workflow_call', true, [
      ...named('pull_request'),
      ...pullRequest,
      ...mergeRef(forge),
      ...sameRepository(forge),
    ]),
  ];
}

function plainContext(trigger: EventTrigger, forge: Forge): EventContext {
  const { event } = trigger;
  return context(forge, event, event, true, [
    ...named(event),
    ...noPullRequest,
    ...payload(event, forge),
    ...action(trigger, forge),
    ...refOf(trigger, forge),
    ...(event === 'schedule' && forge === 'github' ? schedulePayload(trigger) : []),
  ]);
}

// The event that a script's own list of events does not name (design §2): no constant equals its name.
function unknownContext(forge: Forge): EventContext {
  return context(forge, 'unknown', null, true, [
    ['event_name', symbol('event_name', { excludes: 'all' })],
    ...noPullRequest,
  ]);
}

function context(
  forge: Forge,
  name: string,
  event: string | null,
  trusted: boolean,
  entries: Entries,
): EventContext {
  // On GitHub the payload of a scheduled run is the cron line alone (semantics 6.9).
  const common = event === 'schedule' && forge === 'github' ? [] : sender(forge);
  const facts: Facts = new Map([...repositoryFacts(forge), ...common, ...entries]);
  return { name, event, trusted, known: (path) => lookUp(facts, path), fields: [...facts.keys()] };
}

function lookUp(facts: Facts, path: string): Known | undefined {
  const own = facts.get(path);
  if (own !== undefined) return own;
  // A property of anything that is no object is null (semantics 2.1), and so is everything below it.
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const parent = facts.get(path.slice(0, dot));
    if (parent !== undefined) return parent.kind === 'object' ? undefined : nothing;
  }
  return undefined;
}

const dependabotLogin = 'dependabot[bot]';
const pullRequestEvents: readonly string[] = [
  'pull_request',
  'pull_request_comment',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_target',
];

const nothing: Known = { kind: 'constant', value: null };
const object: Known = { kind: 'object' };

function constant(value: boolean | string): Known {
  return { kind: 'constant', value };
}

function symbol(path: string, facts: Partial<Omit<KnownSymbol, 'kind' | 'name'>> = {}): KnownSymbol {
  return {
    kind: 'symbol',
    name: `github.${path}`,
    nonEmpty: true,
    prefix: null,
    excludes: [],
    differsFrom: [],
    ...facts,
  };
}

/** A person: anybody but Dependabot, whose runs are contexts of their own (semantics 6.4). */
function person(path: string): KnownSymbol {
  return symbol(path, { excludes: [dependabotLogin] });
}

const repository = symbol('repository');
const owner = symbol('repository_owner');
const repositoryName = symbol('event.repository.name');

/** `owner/name`: the names of two unknowns that stand with a `/` between them for a third. */
export const repositoryPath = { owner: owner.name, name: repositoryName.name, whole: repository } as const;

// Fields that the act family's `github` context lacks: naming one gives '' (semantics 4.10d, 6.9).
const githubOnlyFields: readonly string[] = [
  'actor_id',
  'ref_protected',
  'repository_id',
  'repository_owner_id',
  'repository_visibility',
  'secret_source',
  'triggering_actor',
  'workflow_ref',
  'workflow_sha',
];

// Fields that hold some text in every run.
const alwaysSet: readonly string[] = [
  'api_url',
  'event_path',
  'job',
  'run_attempt',
  'run_id',
  'run_number',
  'sha',
  'workflow',
  'workspace',
];

// In the payload the id stands on every forge.
function repositoryId(forge: Forge): KnownSymbol {
  return symbol(forge === 'github' ? 'repository_id' : 'event.repository.id');
}

function ownerId(forge: Forge): KnownSymbol {
  return symbol(forge === 'github' ? 'repository_owner_id' : 'event.repository.owner.id');
}

/** What holds in every context unless it says otherwise. */
function repositoryFacts(forge: Forge): Entries {
  const facts: Entries = [
    ['event', object],
    ['repository', repository],
    ['repository_owner', owner],
    ['actor', person('actor')],
    ['token', symbol('token', { excludes: 'all' })],
    // Design §2: the base repository is taken not to be a fork.
    ['event.repository.fork', constant(false)],
    ...alwaysSet.map((field) => [field, symbol(field)] as const),
  ];
  if (forge === 'github') {
    return [
      ...facts,
      ['server_url', symbol('server_url')],
      ['triggering_actor', person('triggering_actor')],
      ['repository_id', repositoryId(forge)],
      ['repository_owner_id', ownerId(forge)],
      ['secret_source', constant('Actions')],
    ];
  }
  return [
    ...facts,
    ['server_url', symbol('server_url', { excludes: ['https://github.com'] })],
    ...githubOnlyFields.map((field) => [field, constant('')] as const),
  ];
}

/** What every payload says of the repository and of who acted. */
function sender(forge: Forge): Entries {
  return [
    ['event.sender.login', person('event.sender.login')],
    ['event.repository', object],
    ['event.repository.full_name', repository],
    ['event.repository.name', repositoryName],
    ['event.repository.id', repositoryId(forge)],
    ['event.repository.owner', object],
    ['event.repository.owner.login', owner],
    ['event.repository.owner.id', ownerId(forge)],
  ];
}

function named(event: string): Entries {
  return [['event_name', constant(event)]];
}

// Semantics 6.10; elsewhere the field does not exist.
function secretSource(forge: Forge, source: 'Actions' | 'Dependabot' | 'None'): Entries {
  return forge === 'github' ? [['secret_source', constant(source)]] : [];
}

const noPullRequest: Entries = [
  ['event.pull_request', nothing],
  ['head_ref', constant('')],
  ['base_ref', constant('')],
];

// Payload keys that only their own events have.
const payloadOwners: readonly (readonly [key: string, events: readonly string[]])[] = [
  ['client_payload', ['repository_dispatch']],
  ['comment', ['commit_comment', 'discussion_comment']],
  ['commits', ['push']],
  ['deployment', ['deployment', 'deployment_status']],
  ['head_commit', ['push']],
  ['inputs', ['workflow_dispatch']],
  ['issue', ['issues']],
  ['merge_group', ['merge_group']],
  ['release', ['release']],
  ['review', []],
  ['schedule', ['schedule']],
  ['workflow_run', ['workflow_run']],
];

function noPayloadBut(own: readonly string[]): Entries {
  const entries: [string, Known][] = [];
  for (const [key] of payloadOwners) {
    if (!own.includes(key)) entries.push([`event.${key}`, nothing]);
  }
  return entries;
}

/** The payload of a pull request, whoever opened it (semantics 6.9). */
const pullRequest: Entries = [
  ...noPayloadBut(['pull_request', 'review', 'comment']),
  ['event.pull_request', object],
  ['event.pull_request.base', object],
  ['event.pull_request.base.repo', object],
  ['event.pull_request.base.repo.full_name', repository],
  ['event.pull_request.base.repo.fork', constant(false)],
  ['event.pull_request.base.repo.owner', object],
  ['event.pull_request.base.repo.owner.login', owner],
  ['event.pull_request.base.ref', symbol('base_ref')],
  ['event.pull_request.head', object],
  ['event.pull_request.head.ref', symbol('head_ref')],
  ['event.pull_request.head.repo.full_name', symbol('event.pull_request.head.repo.full_name')],
  ['event.pull_request.user', object],
  ['event.pull_request.user.login', person('event.pull_request.user.login')],
  ['head_ref', symbol('head_ref')],
  ['base_ref', symbol('base_ref')],
];

function sameRepository(forge: Forge): Entries {
  return [
    ['event.pull_request.base.repo.id', repositoryId(forge)],
    ['event.pull_request.head.repo', object],
    ['event.pull_request.head.repo.full_name', repository],
    ['event.pull_request.head.repo.fork', constant(false)],
    ['event.pull_request.head.repo.id', repositoryId(forge)],
    ['event.pull_request.head.repo.owner', object],
    ['event.pull_request.head.repo.owner.login', owner],
    ['event.pull_request.head.repo.owner.id', ownerId(forge)],
    ['event.pull_request.head.user.login', owner],
  ];
}

function fork(forge: Forge): Entries {
  const other = (path: string, own: KnownSymbol) => symbol(path, { differsFrom: [own.name] });
  const head = 'event.pull_request.head';
  return [
    ['event.pull_request.base.repo.id', repositoryId(forge)],
    [`${head}.repo`, object],
    [`${head}.repo.full_name`, other(`${head}.repo.full_name`, repository)],
    [`${head}.repo.fork`, constant(true)],
    [`${head}.repo.id`, other(`${head}.repo.id`, repositoryId(forge))],
    [`${head}.repo.owner`, object],
    [`${head}.repo.owner.login`, other(`${head}.repo.owner.login`, owner)],
    [`${head}.repo.owner.id`, other(`${head}.repo.owner.id`, ownerId(forge))],
    [`${head}.user.login`, other(`${head}.repo.owner.login`, owner)],
  ];
}

// Semantics 6.9: `refs/pull/N/merge`, in the act family `refs/pull/N/head`. No file can name the number.
function mergeRef(forge: Forge): Entries {
  return [
    ['ref', symbol('ref', { prefix: 'refs/pull/', excludes: 'all' })],
    ['ref_name', symbol('ref_name', { excludes: 'all' })],
    ...(forge === 'github' ? ([['ref_type', constant('branch')]] as const) : []),
  ];
}

const branchRef: Entries = [
  ['ref', symbol('ref', { prefix: 'refs/heads/' })],
  ['ref_name', symbol('ref_name')],
  ['ref_type', constant('branch')],
];

const queueRef: Entries = [
  ['ref', symbol('ref', { prefix: 'refs/heads/gh-readonly-queue/' })],
  ['ref_name', symbol('ref_name', { prefix: 'gh-readonly-queue/' })],
  ['ref_type', constant('branch')],
];

const tagRef: Entries = [
  ['ref', symbol('ref', { prefix: 'refs/tags/' })],
  ['ref_name', symbol('ref_name')],
  ['ref_type', constant('tag')],
];

function literalRef(name: string | null, type: 'branch' | 'tag'): Entries {
  if (name === null) return [];
  const ref = constant(`${type === 'branch' ? 'refs/heads/' : 'refs/tags/'}${name}`);
  return [
    ['ref', ref],
    ['ref_name', constant(name)],
  ];
}

const defaultBranchEvents: ReadonlySet<string> = new Set([
  'branch_protection_rule',
  'check_run',
  'check_suite',
  'delete',
  'discussion',
  'discussion_comment',
  'fork',
  'gollum',
  'issue_comment',
  'issues',
  'label',
  'milestone',
  'public',
  'repository_dispatch',
  'schedule',
  'status',
  'watch',
  'workflow_run',
]);

/** What the event and its filters say of `github.ref`. */
function refOf(trigger: EventTrigger, forge: Forge): Entries {
  // Whether the act-family servers write the default branch with or without `refs/heads/` is not settled.
  if (forge === 'github' && defaultBranchEvents.has(trigger.event)) return branchRef;
  if (trigger.event === 'merge_group') return queueRef;
  if (trigger.event === 'release') return tagRef;
  if (trigger.event !== 'push') return [];
  const branches = filterOf(trigger, 'branches');
  const tags = filterOf(trigger, 'tags');
  // A filter on one kind of ref alone shuts the other kind out.
  const hasBranches = branches !== null || filterOf(trigger, 'branches-ignore') !== null;
  const hasTags = tags !== null || filterOf(trigger, 'tags-ignore') !== null;
  if (hasBranches && !hasTags) return pushed([...branchRef, ...literalRef(onlyLiteral(branches), 'branch')]);
  if (hasTags && !hasBranches) return pushed([...tagRef, ...literalRef(onlyLiteral(tags), 'tag')]);
  return pushed([['ref', symbol('ref', { prefix: 'refs/' })]]);
}

/** A push carries its ref in the payload too. */
function pushed(facts: Entries): Entries {
  const ref = facts.findLast(([path]) => path === 'ref');
  return ref === undefined ? facts : [...facts, ['event.ref', ref[1]]];
}

function baseBranch(trigger: EventTrigger): Entries {
  const branch = onlyLiteral(filterOf(trigger, 'branches'));
  if (branch === null) return [];
  return [
    ['base_ref', constant(branch)],
    ['event.pull_request.base.ref', constant(branch)],
  ];
}

function payload(event: string, forge: Forge): Entries {
  // Semantics 6.9: in the act family a scheduled run carries the payload of the last push.
  const ofPush = event === 'schedule' && forge !== 'github' ? ['schedule', 'commits', 'head_commit'] : [];
  const own = [...ofPush];
  for (const [key, owners] of payloadOwners) if (owners.includes(event)) own.push(key);
  return [
    ...noPayloadBut(own),
    ...(eventsWithoutAction.has(event) ? ([['event.action', nothing]] as const) : []),
    ...(event === 'issues' ? ([['event.issue.pull_request', nothing]] as const) : []),
  ];
}

const eventsWithoutAction: ReadonlySet<string> = new Set([
  'create',
  'delete',
  'push',
  'schedule',
  'workflow_dispatch',
]);

/** The cron line that started the run, where there is only one. */
function schedulePayload(trigger: EventTrigger): Entries {
  const lines = trigger.body?.kind === 'list' ? trigger.body.items : [];
  const only = lines.length === 1 ? lines[0] : null;
  const cron = only?.kind === 'map' ? only.pairs.find(({ key }) => key.text.text === 'cron')?.value : null;
  return cron?.kind === 'scalar' ? [['event.schedule', constant(cron.text.text)]] : [];
}

// What the act-family servers write into `event.action` under another name, or not at all, is left out:
// a `synchronize` arrives as `synchronized`, a `labeled` as `label_updated`.
const sharedActions: ReadonlySet<string> = new Set([
  'assigned',
  'closed',
  'created',
  'deleted',
  'edited',
  'opened',
  'published',
  'reopened',
  'unassigned',
]);

/** `event.action` is known where `types` leaves one only. */
function action(trigger: EventTrigger, forge: Forge): Entries {
  const types = filterOf(trigger, 'types');
  const only = types?.length === 1 ? types[0] : undefined;
  if (only === undefined) return [];
  if (forge !== 'github' && !sharedActions.has(only)) return [];
  return [['event.action', constant(only)]];
}

/** The strings of a filter, a single one or a list; null where the filter is absent. */
function filterOf(trigger: EventTrigger, name: string): readonly string[] | null {
  if (trigger.body?.kind !== 'map') return null;
  const value = trigger.body.pairs.find(({ key }) => key.text.text === name)?.value ?? null;
  if (value === null) return null;
  if (value.kind === 'scalar') return [value.text.text];
  if (value.kind !== 'list') return null;
  const texts: string[] = [];
  for (const item of value.items) if (item?.kind === 'scalar') texts.push(item.text.text);
  return texts;
}

/** The one name that a filter lets through; null where there are several, or a pattern. */
function onlyLiteral(filter: readonly string[] | null): string | null {
  const only = filter?.length === 1 ? filter[0] : undefined;
  return only === undefined || only === '' || /[*?+[\]!\\$]/.test(only) ? null : only;
}
