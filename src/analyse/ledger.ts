// What following the scripts and actions of a repository costs, and what is left out where that is too much.

import type { Source } from '../text/source.js';
import type { Memory } from './recall.js';

/** Nodes that may be run in the scripts that one step calls, and in those of a whole workflow in all its worlds. */
const SCRIPT_NODES: Limits = { step: 6_000, workflow: 48_000 };
/** The same for the scripts of one step of an action, and for those of all actions. */
const ACTION_NODES: Limits = { step: 6_000, workflow: 8_000 };

/** What takes more than this part of all is left out together with the dearest. */
const MANY_DEAR = 4;

/** Nodes that may be run in what is followed. */
interface Limits {
  readonly step: number;
  readonly workflow: number;
}

/** Thrown where a script or an action that costs too much was left out: no world may have followed it. */
export class Restart extends Error {}

/** What following scripts has cost, and those that are no longer followed. Shared by all worlds of a workflow. */
export interface Ledger {
  readonly limits: Limits;
  readonly excluded: Set<Source>;
  readonly spent: Map<Source, number>;
  total: number;
  /** True where no script is followed any more. */
  closed: boolean;
  /** What programs came to that were run before. */
  readonly memory: Memory;
}

/** For the scripts that steps call. */
export function newLedger(): Ledger {
  return {
    limits: SCRIPT_NODES,
    excluded: new Set(),
    spent: new Map(),
    total: 0,
    closed: false,
    memory: new Map(),
  };
}

/** For the actions that steps call. */
export function newActionLedger(): Ledger {
  return {
    limits: ACTION_NODES,
    excluded: new Set(),
    spent: new Map(),
    total: 0,
    closed: false,
    memory: new Map(),
  };
}

/**
 * Counts what a node of a script or an action costs; `count` is what those of its step have cost so far. Throws
 * `Restart`.
 */
export function spendOn(source: Source, cost: number, count: number, ledger: Ledger): void {
  ledger.spent.set(source, (ledger.spent.get(source) ?? 0) + cost);
  ledger.total += cost;
  if (count > ledger.limits.step) exclude(source, ledger);
  if (ledger.total <= ledger.limits.workflow) return;
  let dearest = source;
  for (const [other, nodes] of ledger.spent) {
    if (nodes > (ledger.spent.get(dearest) ?? 0)) dearest = other;
    // Each restart costs all that was done so far: those that take most of it go together.
    if (nodes > ledger.limits.workflow / MANY_DEAR) ledger.excluded.add(other);
  }
  exclude(dearest, ledger);
}

/** From now on the script is a command, or the action is one, like any other. */
export function exclude(source: Source, ledger: Ledger): never {
  ledger.excluded.add(source);
  ledger.spent.clear();
  ledger.total = 0;
  // What was run may have followed it.
  ledger.memory.clear();
  throw new Restart();
}
