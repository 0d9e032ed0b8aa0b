// host: the only door to the outside. Everything else is given a Host and never touches the file system, the
// environment or the streams by itself, so that tests (or a browser) can stand in for the machine.

import type { Sandbox } from './replay/sandbox.js';

/** An answer of the host: a value, or the reason why there is none, worded so that `<path>: <reason>` reads well. */
export type Answer<T> = { readonly ok: true; readonly value: T } | Refusal;

export interface Refusal {
  readonly ok: false;
  /** True where nothing stands at the path at all. */
  readonly missing: boolean;
  /** Lower case, without the path: `permission denied`. */
  readonly reason: string;
}

/** What stands at a path when links are followed. */
export type Kind = 'file' | 'directory' | 'other';

/** One name in a directory, links not followed. */
export interface Entry {
  readonly name: string;
  readonly kind: Kind | 'symlink';
}

/** The environment variables that hardfail looks at: colour, and nothing that could change a verdict. */
export interface ColorEnv {
  readonly NO_COLOR?: string | undefined;
  readonly FORCE_COLOR?: string | undefined;
  readonly TERM?: string | undefined;
}

/** The part of a host that reads files. Paths are absolute with `/` between the names; nothing throws. */
export interface FileHost {
  readonly cwd: string;
  stat(path: string): Answer<Kind>;
  list(path: string): Answer<readonly Entry[]>;
  /** The path with every link resolved. */
  realPath(path: string): Answer<string>;
  /** The bytes of a regular file of at most `maxBytes`; never waits for a FIFO or a device. */
  readFile(path: string, maxBytes: number): Answer<Uint8Array>;
}

/** A thread for code of others: whatever happens in it, this one stays in command. Messages are cloned. */
export interface Thread {
  send(message: unknown): void;
  /** `message` is told each message, and `ended`, once, that no more will come, and why. */
  listen(listener: { message(message: unknown): void; ended(reason: string): void }): void;
  /** Ends it, even in the midst of a loop. */
  stop(): void;
}

/** The folder in which verdicts are kept between runs. Nothing in it is taken on trust. */
export interface CacheFolder {
  /** Its absolute path, links resolved. */
  readonly path: string;
  /** What no other build of hardfail has, nor the same one on another Node. */
  readonly build: string;
  /** SHA-256 as 64 hexadecimal digits, of text that of its UTF-8. */
  digest(content: string | Uint8Array): string;
  /** A text that was kept under this name, 64 hexadecimal digits; `missing` where there is none. */
  read(name: string): Answer<string>;
  /** Keeps a text, as a whole or not at all; the oldest of too many are given up for it. */
  write(name: string, text: string): Answer<null>;
}

/** Paths are absolute with `/` between the names. No method throws for what is wrong with a file. */
export interface Host extends FileHost {
  readonly env: ColorEnv;
  /** True on a CI machine, where nothing may be accepted that nobody looks at. */
  readonly inCI: boolean;
  /** Today's date in UTC, `2026-11-22`. */
  readonly today: string;
  readonly isTTY: boolean;
  /** True where standard error is a terminal that understands escapes: only there is progress shown. */
  readonly showsProgress: boolean;
  /** The width of the terminal in cells. */
  readonly columns: number;
  /** Milliseconds since the process began. Only ever printed: no verdict depends on it. */
  now(): number;
  /**
   * The bytes of a file as it stands in a revision of a git repository; the path is relative to the top of the
   * repository. `missing` where that revision has no such file. Runs git, which nothing else does.
   */
  readRevision(top: string, revision: string, path: string, maxBytes: number): Promise<Answer<Uint8Array>>;
  /** All of standard input, at most `maxBytes` of it. */
  readStdin(maxBytes: number): Promise<Answer<Uint8Array>>;
  /** A text file that is shipped with hardfail; the path is relative to the package. */
  readShipped(path: string): Answer<string>;
  /** Makes a file of the text or puts it in the place of the one that is there: as a whole or not at all. */
  replaceFile(path: string, text: string): Answer<null>;
  /** Where this user's programs keep what they can make again: a folder for hardfail in it; null where nobody says. */
  readonly usualCache: string | null;
  /**
   * The folder for verdicts at a path, made where there is none. It is refused where others than this user could have put
   * something into it.
   */
  openCache(path: string): Promise<Answer<CacheFolder>>;
  /** A thread in which plugins are loaded and run. The host stops those that are left when the run is over. */
  openThread(): Promise<Thread>;
  /** A sandbox that runs shell scripts in memory, with nothing of the host in reach; null where none is installed. */
  startSandbox(): Promise<Sandbox | null>;
  writeOut(text: string): void;
  writeErr(text: string): void;
}
