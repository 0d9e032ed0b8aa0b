// What the expressions in a script ask of the scope that they are evaluated in, as texts that can be asked again.

import type { Datum, Scope } from './expressions.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';
import { nameOf, type Value } from './values.js';
import type { World } from './world.js';

const statuses = ['success', 'failure', 'cancelled', 'always'] as const;

/** The scope, noting every question that is put to it in `questions`. */
export function noting(scope: Scope, questions: Set<string>): Scope {
  return {
    ...scope,
    world: watched(scope.world, (question) => questions.add(question)),
    secret: (name) => {
      questions.add(`secret ${name}`);
      return scope.secret(name);
    },
    status: (name, state) => {
      questions.add(`status ${name}`);
      return scope.status(name, state);
    },
    lookup: (context, keys, state) => {
      questions.add(`lookup ${JSON.stringify([context, ...keys])}`);
      return scope.lookup(context, keys, state);
    },
  };
}

/** The world, noting what is asked of the event: contexts that answer alike are alike. */
export function watched(world: World, note: (question: string) => void): World {
  const { name, event, trusted, fields } = world.context;
  const known = (path: string) => {
    note(`event ${path}`);
    return world.context.known(path);
  };
  return { ...world, context: { name, event, trusted, known, fields } };
}

/** The answer to a question that was noted, on another path; equal texts are equal answers. */
export function answerOf(question: string, state: State, scope: Scope): string {
  const space = question.indexOf(' ');
  const asked = question.slice(space + 1);
  switch (question.slice(0, space)) {
    case 'secret':
      return valueKey(scope.secret(asked));
    case 'status':
      return JSON.stringify(
        statuses.filter((name) => name === asked).map((name) => scope.status(name, state)),
      );
    case 'event':
      return knownOf(scope.world, asked);
    default: {
      const [context = '', ...keys]: string[] = JSON.parse(asked);
      return datumKey(scope.lookup(context, keys, state));
    }
  }
}

function knownOf(world: World, path: string): string {
  return JSON.stringify(world.context.known(path)) ?? '';
}

/** The answer to a question that a program has put to the machine that runs it. */
export function machineAnswer(question: string, machine: Pick<Machine, 'world' | 'ambient'>): string {
  const asked = question.slice(question.indexOf(' ') + 1);
  if (question.startsWith('event ')) return knownOf(machine.world, asked);
  const value = machine.ambient(asked);
  return value ? valueKey(value) : '-';
}

function valueKey(value: Value): string {
  return `${nameOf(value)} ${value.lacks.join()}`;
}

function datumKey(datum: Datum | null): string {
  if (datum?.kind === 'string') return valueKey(datum.value);
  if (datum?.kind === 'list') return `[${datum.items.map(datumKey).join()}] ${datum.lacks.join()}`;
  return JSON.stringify(datum);
}
