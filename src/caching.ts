import { type Entry, entryFrom, entryText, keptResult, resultFrom } from './cache/entry.js';
import { askedAgain, type Recording, recordingHost } from './cache/recording.js';
import type { LintCommand } from './command.js';
import { isGlob } from './discover/glob.js';
import { absolutePath, repositoryOf } from './discover/paths.js';
import type { Answer, CacheFolder, Host } from './host.js';
import { type FailOn, isIncomplete, type LintResult } from './lint/finding.js';
import { notify } from './notice.js';
import { refusal } from './refusal.js';
import type { Source } from './text/source.js';
import { version } from './version.js';

/** What a run came to. */
export interface Verdict {
  readonly result: LintResult;
  readonly failOn: FailOn;
  /** The paths of the inputs as findings show them. */
  readonly inputs: readonly string[];
}

/** The verdicts that are kept for one command. */
export interface Cache {
  /** To be judged with, where nothing is recalled: it notes what the verdict rests on. */
  readonly host: Host;
  /** The verdict of an earlier run, where it is that of this one too; else null. */
  recall(): Promise<Verdict | null>;
  /** Keeps the verdict of a run with `host`, where it can be kept. */
  keep(verdict: Verdict): Promise<void>;
}

/**
 * The cache that a command asks for; null where it cannot be used, which is told on standard error. It never decides
 * anything: a run without it comes to the same verdict.
 */
export async function openCache(command: LintCommand, fixes: boolean, host: Host): Promise<Cache | null> {
  const tell = async (what: string) => {
    await notify(host, what);
    return null;
  };
  const reason = unfit(command, host);
  if (reason !== null) return tell(`--cache is not used: ${reason}`);
  const folder = await folderFor(command, host);
  if (!folder.ok) return tell(`--cache is not used: ${folder.reason}`);
  const { digest, build, read, write } = folder.value;
  const key = keyOf(command, fixes, build, host);
  const name = digest(key);
  const recording = recordingHost(host, digest);
  return {
    host: recording.host,
    async recall() {
      const text = read(name);
      if (!text.ok) {
        if (!text.missing) await tell(`an entry of the cache is not used: ${text.reason}`);
        return null;
      }
      const entry = entryFrom(text.value, digest);
      if (!entry || entry.key !== key) return tell('an entry of the cache is damaged and not used');
      const texts = askedAgain(
        entry.questions,
        new Set(entry.sources.map((one) => one.digest)),
        host,
        digest,
      );
      return (
        texts && (verdictFrom(entry, texts) ?? (await tell('an entry of the cache is damaged and not used')))
      );
    },
    async keep(verdict) {
      const entry = entryOf(key, verdict, recording, digest);
      if (!entry.ok) return void (await tell(`the verdict is not kept: ${entry.reason}`));
      const written = write(name, entryText(entry.value, digest));
      if (!written.ok) await tell(`the verdict is not kept in ${folder.value.path}: ${written.reason}`);
    },
  };
}

/** Why a command can have no use for a cache; null where it may. */
function unfit({ fix, timing, paths }: LintCommand, host: Host): string | null {
  if (fix) return 'fixes are made from what is judged now';
  if (timing) return 'nothing would be left to be timed';
  // What a pattern means is for globby to say, which may be another one tomorrow.
  const glob = paths.find((path) => isGlob(path) && !host.stat(absolutePath(host, path)).ok);
  return glob === undefined ? null : `'${glob}' is a pattern; leave out the quotes, or name a folder`;
}

async function folderFor({ cacheLocation }: LintCommand, host: Host): Promise<Answer<CacheFolder>> {
  const path = cacheLocation === null ? host.usualCache : absolutePath(host, cacheLocation);
  if (path === null) {
    const reason = 'neither XDG_CACHE_HOME nor HOME says where; name a folder with --cache-location';
    return { ok: false, missing: true, reason };
  }
  // Asked before it is made, too: nothing is put into a repository.
  const outside = outsideOfRepositories(path, host);
  if (!outside.ok) return outside;
  const opened = await host.openCache(path);
  if (!opened.ok) return { ...opened, reason: `${path}: ${opened.reason}` };
  const really = outsideOfRepositories(opened.value.path, host);
  return really.ok ? opened : really;
}

/** Whoever can change a file of a repository, with a pull request for one, could bring along the verdict on it. */
function outsideOfRepositories(path: string, host: Host): Answer<null> {
  const top = repositoryOf(host, path);
  if (top === null) return { ok: true, value: null };
  return refusal(
    `${path} lies in the repository ${top}, so that a commit could bring a verdict along; name a folder elsewhere with --cache-location`,
  );
}

/** What a verdict depends on besides the answers of the host. */
function keyOf(
  { paths, choices, ignores, baseline }: LintCommand,
  fixes: boolean,
  build: string,
  { cwd }: Host,
): string {
  return JSON.stringify({ version, build, cwd, paths, choices, ignores, baseline, fixes });
}

function entryOf(
  key: string,
  { result, failOn, inputs }: Verdict,
  recording: Recording,
  digest: CacheFolder['digest'],
): Answer<Entry> {
  const questions = recording.questions();
  if (!questions.ok) return refusal(questions.because);
  if (isIncomplete(result)) return refusal('the run is incomplete');
  const { kept, sources } = keptResult(result);
  const read = new Set(questions.asked.flatMap(({ kind, answer }) => (kind === 'read' ? [answer] : [])));
  const keptSources = sources.map(({ path, text }) => ({ path, digest: digest(text) }));
  const unread = keptSources.find((source) => !read.has(source.digest));
  if (unread) return refusal(`${unread.path} was not read from a file`);
  if (
    !resultFrom(
      kept,
      sources,
      sources.map(({ text }) => text.length),
    )
  )
    return refusal('it has parts that cannot be kept');
  const entry = { key, questions: questions.asked, failOn, inputs, sources: keptSources, result: kept };
  return { ok: true, value: entry };
}

/** The verdict of an entry on the texts by their digests; null where it is none. */
function verdictFrom(entry: Entry, texts: ReadonlyMap<string, Uint8Array>): Verdict | null {
  const sources: Source[] = [];
  const lengths: number[] = [];
  for (const { path, digest } of entry.sources) {
    const bytes = texts.get(digest);
    if (!bytes) return null;
    sources.push(sourceOf(path, bytes));
    lengths.push(bytes.length);
  }
  const result = resultFrom(entry.result, sources, lengths);
  return result && { result, failOn: entry.failOn, inputs: entry.inputs };
}

/** Of most texts nothing is shown but their paths. */
function sourceOf(path: string, bytes: Uint8Array): Source {
  let text: string | null = null;
  return {
    path,
    get text() {
      text ??= new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
      return text;
    },
  };
}
