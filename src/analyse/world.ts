import type { OwnFacts } from '../facts/own.js';
import { type Dialect, isAutomaticToken } from '../forge/dialects.js';
import type { EventContext, Known } from '../forge/events.js';
import type { Forge } from '../forge/forge.js';
import type { Node } from '../program/program.js';
import { constant, emptyValue, hole, type Value } from './values.js';

/**
 * One assignment of secrets in one event on one forge. `missing` names the secrets (upper case) that the
 * runner turns into ''; every other secret is some non-empty text. Empty for the world where all are present.
 */
export interface World {
  readonly forge: Forge;
  readonly dialect: Dialect;
  readonly context: EventContext;
  readonly missing: ReadonlySet<string>;
  /** Inputs (`inputs.<name>`) that carry a credential, in an action that is judged without a caller. */
  readonly credentials: ReadonlySet<string>;
  /** What the owners know of their own commands and actions. */
  readonly facts: OwnFacts;
  /** Commands and tests whose outcome is given in this world, whatever they are handed; most worlds have none. */
  readonly forced?: ReadonlyMap<Node, Forced>;
}

/** How a command ends because it is so decided. */
export interface Forced {
  readonly status: 0 | 1;
  readonly prints: 'nothing' | 'something';
}

/** What `secrets.<name>` is in this world (semantics 2.1, 2.7). */
export function secretValue(world: World, name: string): Value {
  const canonical = name.toUpperCase();
  if (world.missing.has(canonical)) return constant('', [canonical]);
  return { pieces: [hole(`secrets.${canonical}`, { nonEmpty: true })], lacks: [] };
}

/** What a credential input is in this world; null for any other input. */
export function inputValue(world: World, name: string): Value | null {
  if (!world.credentials.has(name)) return null;
  if (world.missing.has(name)) return constant('', [name]);
  return { pieces: [hole(`secrets.${name}`, { nonEmpty: true })], lacks: [] };
}

/** Can this secret be absent at all? The forge's own token cannot (semantics 2.7). */
export function mayBeMissing(forge: Forge, name: string): boolean {
  return !isAutomaticToken(forge, name);
}

/** A known fact about the event as a value: a constant's text, or the unknown text that it names. */
export function knownValue(known: Known): Value {
  switch (known.kind) {
    case 'constant':
      return known.value === null ? emptyValue : constant(String(known.value));
    case 'symbol':
      return {
        pieces: [
          hole(known.name, {
            nonEmpty: known.nonEmpty,
            excludes: known.excludes,
            differsFrom: known.differsFrom,
            prefix: known.prefix ?? '',
          }),
        ],
        lacks: [],
      };
    case 'object':
      return constant('Object');
  }
}
