import type { Guard, Hole } from '../../analyse/analyse.js';
import type { ConstantCondition } from '../../analyse/constant.js';
import type { Action, Workflow } from '../../model/model.js';
import type { Applicability, Edit, Fix } from '../finding.js';
import { inOrder } from './apply.js';
import {
  conditionWithout,
  jobBesideMends,
  jobConditionMends,
  probeStepMends,
  stepBeforeMends,
  stepConditionMends,
} from './condition.js';
import { fenceMends } from './fence.js';
import { frontMends, guardMends, namingMends, probeMends, softeningMends, startMends } from './guard.js';
import { maskMends } from './mask.js';
import { programMends } from './program-guard.js';
import { whyNotFence, whyNotGuard, whyNotHole } from './refusal.js';
import { inItsWords, isBound, type Mend, type Scope, type Wanted, withinItsStep } from './subject.js';

/** A fix that has not been tried, and what to try where it does not hold. Without edits there is nothing to try. */
export interface Proposal extends Fix {
  readonly otherwise: Proposal | null;
  /** Why no fix is offered where none is known: a clause. */
  readonly lacking: string;
}

const made = new WeakSet<object>();

/** Is it one that was made here? Nobody else's edits are tried. */
export function isProposal(fix: object): fix is Proposal {
  return made.has(fix);
}

/** What may mend a hole, the best first. */
export function holeProposal(hole: Hole, file: Workflow | Action, shared: boolean): Proposal {
  const scope = inItsWords({ hole, file, shared });
  return chained(mendsOf(scope, hole), 'unsafe', whyNotHole(scope, hole));
}

/** One after the other: only as many are made as are tried. */
function* mendsOf(scope: Scope, { kind, by }: Hole): Iterable<Mend> {
  const own = withinItsStep(scope);
  switch (kind) {
    case 'exits-zero':
      yield* guardMends(own);
      yield* programMends(own);
      // What another step has found out is mended there, where the script has no other word of the secret.
      if (!isBound(scope)) yield* guardMends(scope);
      yield* stepBeforeMends(scope);
      yield* guardMends(scope);
      return;
    case 'skips-step':
      yield* probeMends(scope);
      yield* probeStepMends(scope);
      yield* stepConditionMends(scope);
      yield* insideMends(scope);
      // Where no condition of its own skips the step, an input of it does.
      if (scope.hole.step?.if?.span.start !== scope.hole.span.start) yield* stepBeforeMends(scope);
      return;
    case 'skips-job':
      yield* probeMends(scope);
      yield* probeStepMends(scope);
      yield* jobConditionMends(scope);
      yield* jobBesideMends(scope);
      return;
    case 'masked':
      yield* maskMends({ ...scope, by });
      yield* frontMends(own);
      yield* stepBeforeMends(scope);
      yield* frontMends(scope);
  }
}

/** A step that runs without asking for the secret in its condition, and fails for want of it by itself. */
function insideMends(scope: Scope): Mend[] {
  const condition = conditionWithout(scope);
  return condition ? startMends(scope).map(({ edits }) => ({ edits: [condition, ...edits] })) : [];
}

/** Says in an annotation what a guard that fails is missing: nothing else changes. */
export function vagueProposal(guard: Guard, file: Workflow | Action): Proposal {
  return chained(
    namingMends(inItsWords({ hole: asWanted(guard), file, shared: false })),
    'safe',
    whyNotGuard(guard),
  );
}

/** Lets pull requests of forks pass a guard, with a warning. */
export function blockedForksProposal(guard: Guard, file: Workflow | Action): Proposal {
  return chained(
    softeningMends(inItsWords({ hole: asWanted(guard), file, shared: false })),
    'unsafe',
    whyNotGuard(guard),
  );
}

export function fenceProposal(condition: ConstantCondition): Proposal {
  return chained(fenceMends(condition), 'unsafe', whyNotFence(condition));
}

function asWanted(guard: Guard): Wanted {
  return { ...guard, soft: [], tests: [] };
}

/** The most ways that are tried for one finding: each costs another judgement of the file. */
const MAX_WAYS = 6;

/**
 * What mends a finding in a file that several call, for all of them: the same edits of that file, with what each caller has
 * to bring. What only one of them proposes comes last.
 */
export function joinedProposal(one: Fix | null, other: Fix | null, path: string): Fix | null {
  if (!one || !other || !isProposal(one) || !isProposal(other)) return one ?? other;
  const [ways, others] = [waysOf(one), waysOf(other)];
  const same = (way: Proposal, candidate: Proposal) =>
    keyOf(inFile(way, path)) === keyOf(inFile(candidate, path));
  const both = ways.flatMap((way) => {
    const match = others.find((candidate) => same(way, candidate));
    return match ? [{ edits: distinctEdits([...way.edits, ...match.edits]) }] : [];
  });
  // Without its edits for forks, the way of a caller that has them would close theirs.
  const alone = [...others, ...ways].sort((a, b) => b.edits.length - a.edits.length);
  return chained([...both, ...alone], one.applicability, one.lacking);
}

function waysOf(proposal: Proposal): Proposal[] {
  const ways: Proposal[] = [];
  for (let way: Proposal | null = proposal; way; way = way.otherwise)
    if (way.edits.length > 0) ways.push(way);
  return ways;
}

function inFile({ edits }: Fix, path: string): readonly Edit[] {
  return edits.filter(({ span }) => span.source.path === path);
}

function distinctEdits(edits: readonly Edit[]): readonly Edit[] {
  return [...new Map(edits.map((edit) => [keyOf([edit]), edit])).values()];
}

function keyOf(edits: readonly Edit[]): string {
  return JSON.stringify(edits.map(({ span, text }) => [span.source.path, span.start, span.end, text]));
}

function chained(mends: Iterable<Mend>, applicability: Applicability, lacking: string): Proposal {
  const distinct = new Map<string, Mend>();
  for (const mend of mends) {
    const key = keyOf(mend.edits);
    if (mend.edits.length > 0 && !distinct.has(key)) distinct.set(key, mend);
    if (distinct.size === MAX_WAYS) break;
  }
  const tried = [...distinct.values()].reduceRight<Proposal | null>(
    (otherwise, { edits, group = null }) => ({
      applicability,
      edits: inOrder(edits),
      group,
      otherwise,
      lacking,
    }),
    null,
  );
  const first = tried ?? { applicability, edits: [], group: null, otherwise: null, lacking };
  made.add(first);
  return first;
}
