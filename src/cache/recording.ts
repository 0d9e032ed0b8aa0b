// cache/: what makes a verdict of an earlier run this run's verdict too. May ask the host and compare its answers;
// judges nothing, and where anything differs, or cannot be told, there is no verdict.

import type { Answer, CacheFolder, Entry, Host, Refusal } from '../host.js';

/**
 * A question that a run asked its host, and in short what it was told: `stat .git` and `directory`. `subject` is a path
 * and for `read` the most bytes before it; the `day` is asked of nothing.
 */
export interface Question {
  readonly kind: QuestionKind;
  readonly subject: string;
  readonly answer: string;
}

export const questionKinds = ['stat', 'list', 'real', 'read', 'day'] as const;
export type QuestionKind = (typeof questionKinds)[number];

export interface Recording {
  /** Answers as the host that is listened to. */
  readonly host: Host;
  questions(): Questions;
}

/** All that was asked; or on what the run rests besides, which cannot be asked again. */
export type Questions =
  | { readonly ok: true; readonly asked: readonly Question[] }
  | { readonly ok: false; readonly because: string };

/**
 * Listens to what a run asks: whatever a verdict depends on outside of the command line, the run has to ask its host
 * for, be it there or not. So the same answers are the same verdict.
 */
export function recordingHost(host: Host, digest: CacheFolder['digest']): Recording {
  const told = new Map<string, Question>();
  let because: string | null = null;
  const note = (kind: QuestionKind, subject: string, answer: string): void => {
    const key = `${kind} ${subject}`;
    const before = told.get(key);
    if (before === undefined) told.set(key, { kind, subject, answer });
    else if (before.answer !== answer) because = 'a file was changed while it was judged';
  };
  const noting = <T>(kind: QuestionKind, subject: string, answer: Answer<T>, short: (value: T) => string) => {
    note(kind, subject, inShort(answer, short));
    return answer;
  };
  const once =
    <Arguments extends readonly unknown[], Result>(what: string, ask: (...args: Arguments) => Result) =>
    (...args: Arguments): Result => {
      because = `it rests on ${what}`;
      return ask(...args);
    };
  return {
    host: {
      ...host,
      stat: (path) => noting('stat', path, host.stat(path), (kind) => kind),
      list: (path) => noting('list', path, host.list(path), (entries) => digest(listed(entries))),
      realPath: (path) => noting('real', path, host.realPath(path), (real) => real),
      readFile: (path, maxBytes) =>
        noting('read', `${maxBytes} ${path}`, host.readFile(path, maxBytes), digest),
      get today() {
        note('day', '', host.today);
        return host.today;
      },
      get inCI() {
        because = 'it rests on the machine';
        return host.inCI;
      },
      readRevision: once('a git revision', host.readRevision),
      readStdin: once('standard input', host.readStdin),
      replaceFile: once('what it wrote', host.replaceFile),
      openThread: once('plugins', host.openThread),
      startSandbox: once('a sandbox', host.startSandbox),
    },
    questions: () => (because === null ? { ok: true, asked: [...told.values()] } : { ok: false, because }),
  };
}

/**
 * Asks again. `wanted`: the digests of files whose bytes are needed. The bytes by their digest where every answer is the
 * same as before; null where one is not.
 */
export function askedAgain(
  questions: readonly Question[],
  wanted: ReadonlySet<string>,
  host: Host,
  digest: CacheFolder['digest'],
): ReadonlyMap<string, Uint8Array> | null {
  const texts = new Map<string, Uint8Array>();
  for (const { kind, subject, answer } of questions) {
    if (kind !== 'read') {
      if (answerNow(kind, subject, host, digest) !== answer) return null;
      continue;
    }
    const space = subject.indexOf(' ');
    const read = host.readFile(subject.slice(space + 1), Number(subject.slice(0, space)));
    if (inShort(read, digest) !== answer) return null;
    if (read.ok && wanted.has(answer)) texts.set(answer, read.value);
  }
  return texts;
}

function answerNow(
  kind: Exclude<QuestionKind, 'read'>,
  path: string,
  host: Host,
  digest: CacheFolder['digest'],
): string {
  switch (kind) {
    case 'stat':
      return inShort(host.stat(path), (value) => value);
    case 'list':
      return inShort(host.list(path), (entries) => digest(listed(entries)));
    case 'real':
      return inShort(host.realPath(path), (real) => real);
    case 'day':
      return host.today;
  }
}

/** No path, kind or digest begins with an exclamation mark. */
function inShort<T>(answer: Answer<T>, short: (value: T) => string): string {
  return answer.ok ? short(answer.value) : refused(answer);
}

function refused({ missing, reason }: Refusal): string {
  return `!${missing ? 'missing' : 'refused'} ${reason}`;
}

/** Directories have no order. */
function listed(entries: readonly Entry[]): string {
  const names = entries.map(({ name, kind }) => JSON.stringify([name, kind]));
  return names.sort().join('\n');
}
