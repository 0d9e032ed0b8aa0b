import type { Step } from '../model/model.js';
import { OutOfBudget } from './machine.js';

// How much is run of the scripts of a file, in all its worlds, events and paths together. Counted in nodes and never in
// time: a verdict must not hang on the machine.

/** Nodes that the script of one step may take. */
export const MAX_STEP_NODES = 1_500_000;

/** Nodes that the scripts of all steps of a file may take, before the dearest of them are left out. */
export const MAX_FILE_NODES = 3_000_000;

/** Of those, the nodes that taking secrets away may take; what is left of the secrets then stays there. */
export const MAX_SECRET_NODES = 1_000_000;

/** How often the dearest scripts of a file are left out, before none of them is followed. */
const MAX_ROUNDS = 1;

export interface Limits {
  readonly step: number;
  readonly secrets: number;
  readonly file: number;
}

/** What the scripts of a file have cost. Kept while its judgement is begun anew. */
export interface Budget {
  readonly limits: Limits;
  /** Whether the judgement begins anew where steps are given up; else they are not followed from then on. */
  readonly retried: boolean;
  /** Nodes by step, since the judgement was last begun. */
  readonly accounts: Map<Step, Account>;
  /** Steps that are not followed in any world, and why. */
  readonly givenUp: Map<Step, string>;
  /** All nodes that were run. */
  total: number;
  /** Nodes that may still be run before more steps are given up. */
  left: number;
  rounds: number;
}

/** The nodes that one step took. */
export interface Account {
  readonly step: Step;
  nodes: number;
}

/** Thrown where a step was given up: no world may have followed it, so that the judgement has to begin anew. */
class OverBudget extends Error {}

const STEP = 'its script takes too long to follow';
const FILE = 'the scripts of its file take too long to follow';

const defaults: Limits = { step: MAX_STEP_NODES, secrets: MAX_SECRET_NODES, file: MAX_FILE_NODES };

/** The budget of a judgement that is run by `withinBudget`. */
export function newBudget(limits = defaults): Budget {
  return { ...budgetOnce(limits), retried: true };
}

/** The budget of a run that nobody begins anew: what it cannot pay for is not followed in its world. */
export function budgetOnce(limits = defaults): Budget {
  return {
    limits,
    retried: false,
    accounts: new Map(),
    givenUp: new Map(),
    total: 0,
    left: limits.file,
    rounds: 0,
  };
}

/** Why the script of a step is not followed; null where it is. */
export function refusedBy(budget: Budget, step: Step): string | null {
  return budget.rounds > MAX_ROUNDS ? FILE : (budget.givenUp.get(step) ?? null);
}

export function accountOf(step: Step, { accounts }: Budget): Account {
  const account = accounts.get(step) ?? { step, nodes: 0 };
  accounts.set(step, account);
  return account;
}

/** Counts one node of a step. Throws where that is one too many. */
export function charge(account: Account, budget: Budget): void {
  budget.total++;
  budget.left--;
  if (++account.nodes > budget.limits.step) {
    budget.givenUp.set(account.step, STEP);
    stop(budget, STEP);
  }
  if (budget.left < 0) giveUpDearest(budget);
}

/** Leaves out the dearest steps, until what is left costs no more than half of what may be spent. */
function giveUpDearest(budget: Budget): never {
  const { accounts, givenUp, limits } = budget;
  let kept = 0;
  for (const { nodes } of accounts.values()) kept += nodes;
  for (const { step, nodes } of [...accounts.values()].sort((a, b) => b.nodes - a.nodes)) {
    if (kept <= limits.file / 2) break;
    kept -= nodes;
    givenUp.set(step, FILE);
  }
  budget.left = limits.file;
  budget.rounds++;
  stop(budget, FILE);
}

function stop({ retried }: Budget, reason: string): never {
  throw retried ? new OverBudget(reason) : new OutOfBudget(reason);
}

/** Runs something, and again without the steps that it gave up on its way. */
export function withinBudget<T>(budget: Budget, run: () => T): T {
  for (;;) {
    budget.accounts.clear();
    try {
      return run();
    } catch (error) {
      if (!(error instanceof OverBudget)) throw error;
    }
  }
}
