import type { Expr } from '../../../parse/expression.js';
import type { PsRange } from '../../../parse/powershell.js';
import type { MappedText, Place } from '../../../text/script.js';
import type { Expression } from '../../compute.js';
import type { Block } from '../../program.js';

/** What the lowering of one script knows. */
export interface Frame {
  readonly text: MappedText;
  /** The expressions of the `${{ }}`, by the index of their paste. */
  readonly pastes: readonly (Expr | null)[];
  /** The variables that the function around gives values to; null outside functions. */
  readonly assigned: Set<string> | null;
  /** In a block that runs for each input, the loops between it and here; null elsewhere. `return` leaves them all. */
  readonly loops: number | null;
  /** What a `for` does after each round, however the round ends. */
  readonly step: Block;
  /** The script asks how programs end. */
  readonly asked: boolean;
  /** What is not modelled and may change anything; the first of it counts. */
  readonly refusals: { readonly reason: string; readonly at: Place }[];
}

/** Within a loop. */
export function inLoop(frame: Frame, step: Block = []): Frame {
  return { ...frame, loops: frame.loops === null ? null : frame.loops + 1, step };
}

export function placeOf(frame: Frame, { start, end }: PsRange): Place {
  return { text: frame.text, start, end };
}

/** Notes that the script holds what would make any verdict on it a guess. */
export function refuse(frame: Frame, reason: string, range: PsRange): void {
  frame.refusals.push({ reason, at: placeOf(frame, range) });
}

export function literal(value: null | boolean | number | string, at: Place): Expression {
  return { kind: 'literal', value, at };
}

export function unknown(parts: readonly Expression[], at: Place): Expression {
  return { kind: 'unknown', parts, at };
}
