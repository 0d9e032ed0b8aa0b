/** What `needs.<job>.result`, `steps.<id>.outcome` and `steps.<id>.conclusion` can be (semantics 4.18, 7.6). */
export const results: readonly string[] = ['success', 'failure', 'cancelled', 'skipped'];

/** What `job.status` can be; GitHub's documentation of the `job` context. */
export const jobStatuses: readonly string[] = ['success', 'failure', 'cancelled'];

/** What `github.ref_type` can be; GitHub's documentation of the `github` context. */
export const refTypes: readonly string[] = ['branch', 'tag'];

/** Fields of the `runner` context with few values, on GitHub; its documentation of the `runner` context. */
export const runnerFields: ReadonlyMap<string, readonly string[]> = new Map([
  ['os', ['Linux', 'Windows', 'macOS']],
  ['arch', ['X86', 'X64', 'ARM', 'ARM64']],
  ['environment', ['github-hosted', 'self-hosted']],
]);

/**
 * Paths below `github.event` that hold true, false or nothing: GitHub's documentation of the webhook payloads,
 * and the structs of the act-family servers (semantics 6.9).
 */
export const payloadFlags: ReadonlySet<string> = new Set([
  'forced',
  'pull_request.draft',
  'pull_request.merged',
  'pull_request.head.repo.fork',
  'pull_request.head.repo.private',
  'pull_request.base.repo.fork',
  'pull_request.base.repo.private',
  'release.draft',
  'release.prerelease',
  'repository.archived',
  'repository.fork',
  'repository.private',
]);

/** Paths below `github.event` that hold an object or nothing; sources as above. */
export const payloadObjects: ReadonlySet<string> = new Set([
  'client_payload',
  'comment',
  'head_commit',
  'issue',
  'issue.pull_request',
  'pull_request',
  'pull_request.base',
  'pull_request.base.repo',
  'pull_request.head',
  'pull_request.head.repo',
  'release',
  'repository',
  'review',
  'sender',
  'workflow_run',
]);
