import type { EventContext, Known } from '../forge/events.js';
import { type ExpressionData, lazily, nothing, text, truth } from './evaluate.js';
import type { Guesses } from './guesses.js';

/** What `github` is in an event: what is known of it, and guesses for the rest. `candidates`: texts worth a try. */
export function githubContext(
  event: EventContext,
  guesses: Guesses,
  candidates: () => readonly string[],
): ExpressionData {
  return objectAt('', event, guesses, candidates);
}

/** The text of one field below `github`, by its lower-case path. */
export function githubField(
  path: string,
  event: EventContext,
  guesses: Guesses,
  candidates: () => readonly string[],
): string {
  return fieldAt(path, event, guesses, candidates).coerceString();
}

function objectAt(
  path: string,
  event: EventContext,
  guesses: Guesses,
  candidates: () => readonly string[],
): ExpressionData {
  return lazily(path === '' ? 'github' : `github.${path}`, (key) =>
    fieldAt(path === '' ? key : `${path}.${key}`, event, guesses, candidates),
  );
}

function fieldAt(
  path: string,
  event: EventContext,
  guesses: Guesses,
  candidates: () => readonly string[],
): ExpressionData {
  const known = event.known(path);
  if (known) return ofKnown(known, path, event, guesses, candidates);
  // Nothing is known of it: no value of that name, or some text.
  const values: readonly (() => ExpressionData)[] = [
    () => openField(path),
    ...candidates().map((value) => () => text(value)),
    () => text('true'),
    () => nothing,
  ];
  return guesses.pick(`github.${path}`, values, ['some object', ...candidates(), 'true', 'null'])();

  /** A text that has members too, for it may as well be an object; each of them is unknown in its turn. */
  function openField(name: string): ExpressionData {
    return path.startsWith('event.') && path.split('.').length < 4
      ? objectAt(name, event, guesses, candidates)
      : text(sample(name));
  }
}

function ofKnown(
  known: Known,
  path: string,
  event: EventContext,
  guesses: Guesses,
  candidates: () => readonly string[],
): ExpressionData {
  switch (known.kind) {
    case 'constant':
      if (known.value === null) return nothing;
      return typeof known.value === 'boolean' ? truth(known.value) : text(String(known.value));
    case 'object':
      return objectAt(path, event, guesses, candidates);
    case 'symbol': {
      const own = `${known.prefix ?? ''}${sample(known.name)}`;
      const { excludes, prefix } = known;
      const others =
        excludes === 'all'
          ? []
          : candidates().filter((value) => !excludes.includes(value) && value.startsWith(prefix ?? ''));
      const empty = known.nonEmpty ? [] : [''];
      return text(guesses.pick(known.name, [own, ...others, ...empty]));
    }
  }
}

/** A text that no workflow names; that of a commit is one that scripts can take apart. */
export function sample(name: string): string {
  if (/(^|[._])sha$/i.test(name)) return 'b0a7c0de'.repeat(5);
  return `some-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`;
}
