import type { Constraints } from '../../src/analyse/constraints.js';
import type { Event, Failure, State, Where } from '../../src/analyse/state.js';
import { eventsOf } from '../../src/analyse/state.js';

// How the interpreter got to an ending, as text: what witnesses are made of. Places are lines of the script, 1-based.

/** What was assumed on a path, and what happened on it, in order. */
export function pathText(state: State): string {
  const events = eventsOf(state.trace).flatMap(eventText);
  return [
    ...(events.length > 0 ? [`path ${events.join(', ')}`] : []),
    ...assumedIn(state.constraints).map((text) => `assumes ${text}`),
  ].join('; ');
}

function assumedIn({ texts, facts }: Constraints): string[] {
  return [
    ...[...texts].map(([id, text]) => `${id} is ${JSON.stringify(text)}`),
    ...[...facts].map(([fact, holds]) => `${holds ? '' : 'not '}${fact}`),
  ].sort();
}

function eventText(event: Event): string[] {
  switch (event.kind) {
    case 'decision': {
      const { where, outcome, lacks, because, open } = event;
      const why = because ? ` because ${failureText(because)}` : '';
      return [`${lineOf(where)} ${outcome}${open ? '?' : ''}${lacksText(lacks)}${why}`];
    }
    case 'leave':
      return [
        `${lineOf(event.where)} ${event.how} ${event.green ? 'green' : 'red'}${lacksText(event.lacks)}`,
      ];
    case 'annotate':
      return [`says ${JSON.stringify(event.text)}`];
    case 'failure':
      return [failureText(event.failure)];
    case 'mask':
      return [`${lineOf(event.where)} masked by ${event.by}: ${failureText(event.failure)}`];
    case 'alternative':
      // What the other path did is not told again: that would double with each join.
      return ['joined'];
    case 'call':
      return [`${lineOf(event.where)} calls`];
    case 'step':
      return [`step ${event.index} ${event.what}`];
    case 'write':
      return [`${lineOf(event.where)} writes ${event.name}`];
  }
}

function failureText({ where, name, lacks, silent, guessed }: Failure): string {
  return `${lineOf(where)} ${name} fails${silent ? ' silently' : ''}${guessed ? ' perhaps' : ''}${lacksText(lacks)}`;
}

function lacksText(lacks: readonly string[] = []): string {
  return lacks.length > 0 ? ` for want of ${lacks.join(' and ')}` : '';
}

function lineOf(where: Where): number {
  const text = 'text' in where ? where.text.text : where.source.text;
  return text.slice(0, where.start).split('\n').length;
}
