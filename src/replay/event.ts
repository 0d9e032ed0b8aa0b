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

/** Where the payload of the event lies in the sandbox. */
export const EVENT_FILE = '/runner/event.json';

/** The payload of the event, as JSON: what is known of it (semantics 6.11). */
export function payloadOf(
  event: EventContext,
  guesses: Guesses,
  candidates: () => readonly string[],
): string {
  const payload: JsonObject = {};
  for (const path of event.fields.toSorted()) {
    const [first, ...keys] = path.split('.');
    const known = event.known(path);
    const last = keys.pop();
    if (first !== 'event' || last === undefined || !known || known.kind === 'object') continue;
    const value = known.kind === 'constant' ? known.value : githubField(path, event, guesses, candidates);
    let object: JsonObject | null = payload;
    for (const key of keys) object = object && below(object, key);
    if (object) object[last] = value;
  }
  return JSON.stringify(payload);
}

type JsonObject = { [key: string]: JsonObject | string | number | boolean | null };

/** The object under a key, made where there is none; null where something else is there. */
function below(object: JsonObject, key: string): JsonObject | null {
  const found = Object.hasOwn(object, key) ? object[key] : undefined;
  if (found === undefined) {
    const made: JsonObject = {};
    object[key] = made;
    return made;
  }
  return typeof found === 'object' ? found : null;
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
  if (path === 'event_path') return text(EVENT_FILE);
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
