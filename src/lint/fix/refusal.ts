import type { Guard, Hole } from '../../analyse/analyse.js';
import type { ConstantCondition } from '../../analyse/constant.js';
import { listed } from '../words.js';
import { isCovered } from './condition.js';
import { hasStandIns } from './guard-step.js';
import { partsOf } from './residue.js';
import type { Scope } from './subject.js';
import { isReadable } from './yaml-edits.js';

// Why no fix is offered where nothing is known to try: clauses that stand behind `no fix is offered:`.

const unsure = 'no edit is known that is sure to mend this and nothing else';

/** For a hole of which no way to mend it is known. */
export function whyNotHole(scope: Scope, { kind, secrets, soft, step, job }: Hole): string {
  const { source } = scope.file;
  if (!isReadable(source)) return `${source.path} is no valid YAML, which has to be mended first`;
  if (secrets.includes('*')) return 'any secret may be meant here, and none can be asked for by its name';
  const condition = kind === 'skips-step' ? step?.if : kind === 'skips-job' ? job.if : null;
  if (condition && partsOf(scope, condition).length === 0)
    return 'the condition asks for the secret and for something else in one breath, so that nobody can say when the secret is due';
  if (!isCovered(scope))
    return `${listed(soft)} may go without the secret too, and no test tells them from the events that must not`;
  if (hasStandIns(scope))
    return 'something else may stand in for the secret, and what is due then nobody can say';
  return unsure;
}

/** For a guard that fails, but not as it should. */
export function whyNotGuard({ secrets }: Guard): string {
  if (secrets.includes('*')) return 'any secret may be meant here, and none can be named';
  return `what ends the script is not reached by a test of ${listed(secrets, 'or')} alone`;
}

/** For a condition that is always the same. */
export function whyNotFence({ reason }: ConstantCondition): string {
  if (reason.kind === 'text-around') return 'the text around the expression cannot be made a part of it';
  return 'only its author can say what it was to ask for';
}
