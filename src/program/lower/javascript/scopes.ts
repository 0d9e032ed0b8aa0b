import type { Expression as Tree } from '../../../parse/javascript/tree.js';
import type { Place } from '../../../text/script.js';
import type { Expression } from '../../compute.js';
import type { Block } from '../../program.js';
import type { Frame } from '../frame.js';
import { EXPORTS } from './modules.js';

/** What a name stands for: a variable of the program, or something of the library that it was imported as. */
export type Meaning =
  | { readonly kind: 'slot'; readonly slot: string }
  | { readonly kind: 'library'; readonly path: string };

/** The variables that a call makes for itself; those that an inner function keeps outlive it. */
export interface Owner {
  readonly slots: Set<string>;
  readonly kept: Set<string>;
}

export interface Scope {
  readonly names: Map<string, Meaning>;
  readonly outer: Scope | null;
  readonly owner: Owner;
}

/** A loop of the lowered program around a statement, and which of the statement's ways out end at it. */
export interface Loop {
  readonly label: string | null;
  readonly breaks: boolean;
  readonly continues: boolean;
  /** What `for` does after each round, which `continue` does not pass over. */
  readonly step?: Block;
}

/** A class with a base. */
export interface Derived {
  readonly base: Tree;
  /** What sets its fields, as soon as the base has made the instance. */
  readonly setFields: (lowering: Lowering) => readonly Expression[];
}

/** What is known while a program is lowered. */
export interface Lowering {
  readonly frame: Frame;
  readonly scope: Scope;
  /** The statements around, innermost last; those of an outer function are out of reach. */
  readonly loops: readonly Loop[];
  /** True where an error that leaves a statement is caught within the function. */
  readonly guarded: boolean;
  /** The slot of `this`; null where nothing is known of it. */
  readonly self: string | null;
  /** The class whose member is lowered, where it has a base: what `super` means. */
  readonly derived: Derived | null;
  readonly shared: {
    /** What the names of the program's slots begin with, so that no two programs share one. */
    readonly prefix: string;
    /** Counts variables, so that no two of them share a slot. */
    scopes: number;
    /** Slots of asynchronous functions: what leaves a call of one is caught only where it is awaited. */
    readonly asynchronous: Set<string>;
    /** True where the program gives anything to other modules. */
    exports: boolean;
    /** The first thing that is not modelled, and on which anything may hang. */
    unsupported: { readonly reason: string; readonly at: Place } | null;
  };
}

export function newOwner(): Owner {
  return { slots: new Set(), kept: new Set() };
}

/** The same lowering within a block of its own, or (with an owner) within a function. */
export function within(lowering: Lowering, owner: Owner = lowering.scope.owner): Lowering {
  return { ...lowering, scope: { names: new Map(), outer: lowering.scope, owner } };
}

/** Makes a name of the scope a variable; a name that it has already is the same one. */
export function declareName(name: string, { scope, shared }: Lowering): string {
  const known = scope.names.get(name);
  if (known?.kind === 'slot') return known.slot;
  const slot = `${shared.prefix}${name}#${++shared.scopes}`;
  scope.names.set(name, { kind: 'slot', slot });
  scope.owner.slots.add(slot);
  return slot;
}

/** The slot of what the program gives to other modules. */
export function exportsSlot({ shared }: Lowering): string {
  shared.exports = true;
  return `${shared.prefix}${EXPORTS}`;
}

/** What a name means here; null for one that the program does not declare. */
export function meaningOf(name: string, { scope }: Lowering): Meaning | null {
  for (let around: Scope | null = scope; around; around = around.outer) {
    const meaning = around.names.get(name);
    if (!meaning) continue;
    if (meaning.kind === 'slot' && around.owner !== scope.owner) around.owner.kept.add(meaning.slot);
    return meaning;
  }
  return null;
}

/** The slots that end with a call. */
export function localsOf({ slots, kept }: Owner): string[] {
  return [...slots].filter((slot) => !kept.has(slot));
}

/** Says that something is not modelled on which anything may hang. */
export function unsupported(reason: string, at: Place, { shared }: Lowering): void {
  shared.unsupported ??= { reason, at };
}
