import { type EventContext, eventContexts, eventNames } from './events.js';
import { forges } from './forge.js';

/** Event contexts, by the names that findings show, whose trust is not what it is by default. */
export interface Trust {
  readonly trusted: readonly string[];
  readonly untrusted: readonly string[];
}

export const defaultTrust: Trust = { trusted: [], untrusted: [] };

/**
 * The contexts with the trust that the owners of the repository say they have. The event that nobody listed has no name to
 * list it by: it stays trusted, as long as an event that is listed does.
 */
export function withTrust(contexts: readonly EventContext[], trust: Trust): readonly EventContext[] {
  const told = contexts.map((context) => {
    if (trust.trusted.includes(context.name)) return entitled(context, true);
    if (trust.untrusted.includes(context.name)) return entitled(context, false);
    return context;
  });
  const listed = told.filter(({ event }) => event !== null);
  if (listed.length === 0 || listed.some(({ trusted }) => trusted)) return told;
  return told.map((context) => entitled(context, false));
}

function entitled(context: EventContext, trusted: boolean): EventContext {
  if (context.trusted === trusted) return context;
  return {
    ...context,
    trusted,
    known: (path) => {
      const known = context.known(path);
      // Semantics 6.10: where the forge says whose secrets they are, it says so of these too.
      if (path !== 'secret_source' || known?.kind !== 'constant' || known.value === '') return known;
      return { kind: 'constant', value: trusted ? 'Actions' : 'None' };
    },
  };
}

/** The names of all contexts that some forge has, in order; without `unknown`. */
export function contextNames(): readonly string[] {
  const names = new Set<string>();
  for (const forge of forges) {
    for (const event of eventNames(forge)) {
      for (const { name } of eventContexts([{ event, body: null }], forge)) names.add(name);
    }
  }
  names.delete('unknown');
  return [...names].sort();
}
