import type { Guard, Hole } from '../../analyse/analyse.js';
import type { ConstantCondition } from '../../analyse/constant.js';
import type { Action, Workflow } from '../../model/model.js';
import type { Applicability, Fix } from '../finding.js';
import { inOrder } from './apply.js';
import { conditionWithout, jobConditionMends, stepBeforeMends, stepConditionMends } from './condition.js';
import { fenceMends } from './fence.js';
import { frontMends, guardMends, namingMends, probeMends, softeningMends, startMends } from './guard.js';
import { maskMends } from './mask.js';
import type { Mend, Scope, Wanted } from './subject.js';

/** A fix that has not been tried, and what to try where it does not hold. */
export interface Proposal extends Fix {
  readonly otherwise: Proposal | null;
}

const made = new WeakSet<object>();

/** Is it one that was made here? Nobody else's edits are tried. */
export function isProposal(fix: object): fix is Proposal {
  return made.has(fix);
}

/** What may mend a hole, the best first; null where nothing is known that is sure to. */
export function holeProposal(hole: Hole, file: Workflow | Action, shared: boolean): Proposal | null {
  return chained(mendsOf({ hole, file, shared }, hole), 'unsafe');
}

/** One after the other: only as many are made as are tried. */
function* mendsOf(scope: Scope, { kind, by }: Hole): Iterable<Mend> {
  switch (kind) {
    case 'exits-zero':
      yield* guardMends(scope);
      yield* stepBeforeMends(scope);
      return;
    case 'skips-step':
      yield* probeMends(scope);
      yield* stepConditionMends(scope);
      yield* insideMends(scope);
      return;
    case 'skips-job':
      yield* probeMends(scope);
      yield* jobConditionMends(scope);
      return;
    case 'masked':
      yield* maskMends({ ...scope, by });
      yield* frontMends(scope);
      yield* stepBeforeMends(scope);
  }
}

/** A step that runs without asking for the secret in its condition, and fails for want of it by itself. */
function insideMends(scope: Scope): Mend[] {
  const condition = conditionWithout(scope);
  return condition ? startMends(scope).map(({ edits }) => ({ edits: [condition, ...edits] })) : [];
}

/** Says in an annotation what a guard that fails is missing: nothing else changes. */
export function vagueProposal(guard: Guard, file: Workflow | Action): Proposal | null {
  return chained(namingMends({ hole: asWanted(guard), file, shared: false }), 'safe');
}

/** Lets pull requests of forks pass a guard, with a warning. */
export function blockedForksProposal(guard: Guard, file: Workflow | Action): Proposal | null {
  return chained(softeningMends({ hole: asWanted(guard), file, shared: false }), 'unsafe');
}

export function fenceProposal(condition: ConstantCondition): Proposal | null {
  return chained(fenceMends(condition), 'unsafe');
}

function asWanted(guard: Guard): Wanted {
  return { ...guard, soft: [], tests: [] };
}

/** The most ways that are tried for one finding: each costs another judgement of the file. */
const MAX_WAYS = 4;

function chained(mends: Iterable<Mend>, applicability: Applicability): Proposal | null {
  const distinct = new Map<string, Mend>();
  for (const mend of mends) {
    const key = JSON.stringify(
      mend.edits.map(({ span, text }) => [span.source.path, span.start, span.end, text]),
    );
    if (mend.edits.length > 0 && !distinct.has(key)) distinct.set(key, mend);
    if (distinct.size === MAX_WAYS) break;
  }
  return [...distinct.values()].reduceRight<Proposal | null>((otherwise, { edits, group = null }) => {
    const proposal = { applicability, edits: inOrder(edits), group, otherwise };
    made.add(proposal);
    return proposal;
  }, null);
}
