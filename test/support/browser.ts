import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

// A headless Chromium, driven by the Chrome DevTools Protocol through a pipe: messages end with a zero byte.

/** What a page can be asked and told. */
export interface Page {
  /** Loads a file and waits until it has run. */
  open(path: string): Promise<void>;
  /** The value of an expression, as JSON has it; a promise is waited for. Throws what the page throws. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Presses and releases a key by its name: `Tab`, `Enter`, `ArrowRight`, or a character. */
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  size(width: number, height: number): Promise<void>;
  theme(theme: 'light' | 'dark'): Promise<void>;
  /** A PNG of what can be seen. */
  screenshot(): Promise<Buffer>;
  /** What the page has tried to load, run or style against its policy, and what it has thrown. */
  complaints(): readonly string[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

interface Waiting {
  readonly resolve: (result: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
}

/** The browser with one page, until it is closed. */
export async function startBrowser(): Promise<{ readonly page: Page; close(): Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), 'hardfail-browser-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'];
  const browser = spawn(
    'chromium',
    [...flags, `--user-data-dir=${profile}`, '--remote-debugging-pipe', 'about:blank'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const connection = connect(browser);
  const { targetId } = await connection.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await connection.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, params: object = {}) => connection.send(method, params, String(sessionId));
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  return {
    page: pageOf(send, connection),
    async close() {
      const ended = new Promise((resolve) => browser.once('exit', resolve));
      await connection.send('Browser.close').catch(() => {});
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

interface Connection {
  send(method: string, params?: object, sessionId?: string): Promise<Record<string, unknown>>;
  on(method: string, listener: (params: Record<string, unknown>) => void): void;
}

function connect(browser: ChildProcess): Connection {
  const [, , , to, from] = browser.stdio;
  if (!isWritable(to) || !isReadable(from)) throw new Error('chromium has no pipes');
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, ((params: Record<string, unknown>) => void)[]>();
  let last = 0;
  let rest = '';
  const give = (message: Message) => {
    if (message.id === undefined) {
      for (const listener of listeners.get(message.method ?? '') ?? []) listener(message.params ?? {});
      return;
    }
    const one = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) one?.reject(new Error(message.error.message));
    else one?.resolve(message.result ?? {});
  };
  from.setEncoding('utf8');
  from.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) give(JSON.parse(part));
  });
  const fail = (error: Error) => {
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
  };
  browser.once('error', fail);
  browser.once('exit', (code) => fail(new Error(`chromium ended (${code})`)));
  return {
    send(method, params = {}, sessionId) {
      const id = ++last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      });
    },
    on(method, listener) {
      listeners.set(method, [...(listeners.get(method) ?? []), listener]);
    },
  };
}

function isWritable(stream: unknown): stream is Writable {
  return typeof stream === 'object' && stream !== null && 'write' in stream;
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'setEncoding' in stream;
}

const keyCodes: Readonly<Record<string, number>> = {
  Tab: 9,
  Enter: 13,
  Escape: 27,
  ' ': 32,
  ArrowLeft: 37,
  ArrowRight: 39,
};

function pageOf(
  send: (method: string, params?: object) => Promise<Record<string, unknown>>,
  connection: Connection,
): Page {
  const complaints: string[] = [];
  connection.on('Runtime.exceptionThrown', (params) =>
    complaints.push(JSON.stringify(params.exceptionDetails)),
  );
  connection.on('Log.entryAdded', (params) => complaints.push(JSON.stringify(params.entry)));
  connection.on('Network.requestWillBeSent', (params) => {
    const { request } = params;
    if (typeof request !== 'object' || request === null || !('url' in request)) return;
    if (!String(request.url).startsWith('file:')) complaints.push(`asks for ${request.url}`);
  });
  return {
    async open(path) {
      complaints.length = 0;
      const loaded = new Promise<void>((resolve) => {
        connection.on('Page.loadEventFired', () => resolve());
      });
      await send('Page.navigate', { url: `file://${path}` });
      await loaded;
    },
    async evaluate<Value>(expression: string): Promise<Value> {
      const answer: {
        result?: { value?: Value };
        exceptionDetails?: { text: string; exception?: { description?: string } };
      } = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
      const thrown = answer.exceptionDetails;
      if (thrown) throw new Error(thrown.exception?.description ?? thrown.text);
      return answer.result?.value as Value;
    },
    async press(key) {
      const windowsVirtualKeyCode = keyCodes[key] ?? key.toUpperCase().charCodeAt(0);
      const text = key === 'Enter' ? '\r' : key.length === 1 ? key : undefined;
      const event = { key, code: key, windowsVirtualKeyCode, ...(text ? { text } : {}) };
      await send('Input.dispatchKeyEvent', { type: text ? 'keyDown' : 'rawKeyDown', ...event });
      await send('Input.dispatchKeyEvent', { ...event, type: 'keyUp' });
    },
    async type(text) {
      await send('Input.insertText', { text });
    },
    async size(width, height) {
      await send('Emulation.setDeviceMetricsOverride', {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: false,
      });
    },
    async theme(theme) {
      // Nothing is on its way from one look to another while it is looked at.
      const features = [
        { name: 'prefers-color-scheme', value: theme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ];
      await send('Emulation.setEmulatedMedia', { features });
    },
    async screenshot() {
      const { data } = await send('Page.captureScreenshot', { format: 'png' });
      return Buffer.from(String(data), 'base64');
    },
    complaints: () => complaints,
  };
}
