import { dirname, join } from 'node:path/posix';
import { isInside } from './discover/paths.js';
import type { Host, Thread } from './host.js';
import type { InputError, LintResult, PluginRef } from './lint/finding.js';
import type { LintInput } from './lint/lint.js';
import type { RuleMeta } from './lint/rule.js';
import type { FromThread, Running, SentOptions, ToThread } from './plugin-service.js';
import type { Span } from './text/source.js';

/** So long may a plugin take to load, and a rule of one to judge a file. A plugin that hangs must not hang the run. */
const limitInSeconds = 10;

/** A plugin that the configuration names, and where. */
export interface PluginEntry {
  readonly from: string;
  readonly span: Span;
}

/** Where the configuration that names plugins lies. */
export interface PluginPlace {
  /** Its absolute path. */
  readonly config: string;
  /** The directory that a plugin which is a file may not lie outside of; null where a person named the configuration. */
  readonly boundary: string | null;
}

/** The plugins of a run, as far as they could be loaded. */
export interface Plugins {
  readonly refs: readonly PluginRef[];
  /** Of their rules, by their full ids. */
  readonly metas: readonly RuleMeta[];
  /** Why others were not loaded: the run is incomplete. */
  readonly faults: readonly InputError[];
  /**
   * Judges texts with them, as `lint` would. A plugin that does not come to an end, or brings its thread to one, is left out:
   * the others judge without it, and its fault is in the result.
   */
  lint(inputs: readonly LintInput[], options: SentOptions, top: string): Promise<LintResult>;
}

interface Loaded extends PluginEntry {
  readonly name: string;
  readonly metas: readonly RuleMeta[];
}

/** The thread is lost: what `reason` says, completing "the plugin …" or "the rule …". */
class Lost extends Error {
  readonly reason: string;
  readonly running: Running | null;
  constructor(reason: string, running: Running | null) {
    super(reason);
    this.reason = reason;
    this.running = running;
  }
}

/** Loads plugins in a thread of their own. `seconds`: the limit for each step of theirs. */
export async function loadPlugins(
  entries: readonly PluginEntry[],
  place: PluginPlace,
  host: Host,
  seconds = limitInSeconds,
): Promise<Plugins> {
  const room = newRoom(place, host, seconds);
  const faults: InputError[] = [];
  for (const entry of entries) {
    const refusal = refusalOf(entry.from, place, host) ?? (await room.add(entry));
    if (refusal !== null) faults.push(faultOf(entry, refusal));
  }
  const loaded = [...room.loaded()];
  return {
    refs: entries.map(({ from }) => ({
      from,
      name: loaded.find((one) => one.from === from)?.name ?? null,
    })),
    metas: loaded.flatMap(({ metas }) => metas),
    faults,
    lint: (inputs, options, top) => lintIn(room, inputs, options, top),
  };
}

function faultOf({ from, span }: PluginEntry, reason: string): InputError {
  return { file: span.source.path, span, message: `the plugin ${from} ${reason}; its rules did not run` };
}

/** Why a plugin that is a file may not even be looked at; null where it may. */
function refusalOf(from: string, { config, boundary }: PluginPlace, host: Host): string | null {
  if (!from.startsWith('.') || boundary === null) return null;
  const real = host.realPath(join(dirname(config), from));
  if (!real.ok) return `cannot be loaded: ${real.reason}`;
  const top = host.realPath(boundary);
  if (top.ok && isInside(real.value, top.value)) return null;
  return 'lies outside of the repository and is not loaded: name a package, or a file of the repository';
}

/** The thread with the plugins that it holds. */
interface Room {
  loaded(): readonly Loaded[];
  /** Loads one more; the reason where that fails, which costs the others nothing. */
  add(entry: PluginEntry): Promise<string | null>;
  /** Asks for a judgement. Throws a Lost. */
  lint(message: ToThread): Promise<FromThread>;
  /** A new thread with the same plugins but one; with none of them where that one is null. */
  without(name: string | null): Promise<void>;
}

function newRoom({ config }: PluginPlace, host: Host, seconds: number): Room {
  let thread: Thread | null = null;
  let loaded: Loaded[] = [];

  async function load(entry: PluginEntry): Promise<string | null> {
    thread ??= await host.openThread();
    try {
      const plugin = { from: entry.from, config };
      const answer = await ask(thread, { ask: 'load', plugin }, seconds);
      if (answer.say !== 'loaded') return answer.say === 'refused' ? answer.reason : 'cannot be loaded';
      const { schemaFault } = await import('./config/validate.js');
      const { name, metas } = answer;
      for (const meta of metas) {
        const fault = schemaFault(meta.options ?? {});
        if (fault !== null) return `has a rule whose options are none, ${meta.id}: ${fault}`;
      }
      loaded.push({ ...entry, name, metas });
      return null;
    } catch (fault) {
      if (!(fault instanceof Lost)) throw fault;
      thread = null;
      // What a plugin left behind may come up while the next one is loaded.
      return loaded.length === 0 ? fault.reason : `(or one before it) ${fault.reason}`;
    }
  }

  async function reload(entries: readonly Loaded[]): Promise<void> {
    thread?.stop();
    thread = null;
    loaded = [];
    for (const entry of entries) await load(entry);
  }

  return {
    loaded: () => loaded,
    async add(entry) {
      const before = [...loaded];
      const refusal = await load(entry);
      // What was refused late is in the thread all the same, and a thread that is lost takes the others with it.
      if (refusal !== null) await reload(before);
      return refusal;
    },
    async lint(message) {
      thread ??= await host.openThread();
      return ask(thread, message, seconds);
    },
    without: (name) => reload(name === null ? [] : loaded.filter((one) => one.name !== name)),
  };
}

async function lintIn(
  room: Room,
  inputs: readonly LintInput[],
  options: SentOptions,
  top: string,
): Promise<LintResult> {
  const faults: InputError[] = [];
  const absent = [...(options.absent ?? [])];
  // A function cannot be sent: the thread finds the files around the inputs by itself.
  const texts = inputs.map(({ source, kind, forge }) => ({ source, kind, forge }));
  for (;;) {
    try {
      const answer = await room.lint({ ask: 'lint', inputs: texts, options: { ...options, absent }, top });
      if (answer.say !== 'judged') throw new Error(answer.say === 'failed' ? answer.reason : answer.say);
      const { result } = answer;
      return { ...result, errors: [...faults, ...result.errors] };
    } catch (fault) {
      if (!(fault instanceof Lost)) throw fault;
      const { running, reason } = fault;
      const plugins = room.loaded();
      // Without any plugin it is a fault of ours.
      if (plugins.length === 0) throw new Error(`the thread of the plugins ${reason}`);
      const culprit = plugins.find(({ name }) => running?.rule.startsWith(`${name}/`)) ?? null;
      if (culprit && running) {
        const message = `rule ${running.rule} failed on this file, which is a fault of the plugin ${culprit.from}: it ${reason}; its rules did not run`;
        faults.push({ file: running.file, span: null, message });
      } else {
        const whose = plugins.length === 1 ? reason : `(or another one) ${reason}`;
        for (const plugin of plugins) faults.push(faultOf(plugin, whose));
      }
      absent.push(...(culprit ? [culprit] : plugins).map(({ from }) => ({ from, name: null })));
      await room.without(culprit?.name ?? null);
    }
  }
}

/** Sends a question and waits for the answer; for at most so many seconds while code of others runs. Throws a Lost. */
function ask(thread: Thread, message: ToThread, seconds: number): Promise<FromThread> {
  return new Promise((resolve, reject) => {
    let running: Running | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const done = () => clearTimeout(timer);
    const lose = (reason: string) => {
      done();
      thread.stop();
      reject(new Lost(reason, running));
    };
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => lose(`does not come to an end within ${seconds} seconds`), seconds * 1000);
    };
    thread.listen({
      message(received) {
        if (!isFromThread(received)) return;
        if (received.say === 'loading') {
          watch();
          return;
        }
        if (received.say === 'running') {
          running = received.running;
          if (running) watch();
          else clearTimeout(timer);
          return;
        }
        done();
        resolve(received);
      },
      ended: lose,
    });
    thread.send(message);
  });
}

/** What the thread of ours says; code of others in it could say something else. */
function isFromThread(message: unknown): message is FromThread {
  return typeof message === 'object' && message !== null && 'say' in message;
}
