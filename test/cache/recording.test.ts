import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { askedAgain, type Recording, recordingHost } from '../../src/cache/recording.js';
import type { Host } from '../../src/host.js';
import { memoryHost } from '../support/memory-host.js';

const digest = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
const files = { '/repo/a.yml': 'a', '/repo/b/c.yml': 'c', '/repo/link.yml': { link: 'a.yml' } };

function recorded(host: Host, ask: (host: Host) => unknown): Recording {
  const recording = recordingHost(host, digest);
  ask(recording.host);
  return recording;
}

/** One question of each kind, of what is there and of what is not. */
function askAll(host: Host): void {
  for (const path of ['/repo/a.yml', '/repo/gone.yml', '/repo/link.yml']) {
    host.stat(path);
    host.realPath(path);
    host.readFile(path, 10);
  }
  host.list('/repo');
  host.list('/gone');
  expect(host.today).toBe('2026-11-22');
}

function isTheSame(asked: (host: Host) => unknown, later: Host): boolean {
  const questions = recorded(memoryHost(files), asked).questions();
  if (!questions.ok) throw new Error(questions.because);
  return askedAgain(questions.asked, new Set(), later, digest) !== null;
}

describe('what a run asked', () => {
  it('is answered as before by a machine that is the same, each question once', () => {
    const { host, questions } = recordingHost(memoryHost(files), digest);
    askAll(host);
    askAll(host);
    const told = questions();
    expect(told.ok && told.asked.map(({ kind }) => kind).sort()).toEqual(
      ['day', 'list', 'list', 'read', 'read', 'read', 'real', 'real', 'real', 'stat', 'stat', 'stat'].sort(),
    );
    expect(isTheSame(askAll, memoryHost(files))).toBe(true);
  });

  it.each<[string, Host]>([
    ['another text', memoryHost({ ...files, '/repo/a.yml': 'b' })],
    ['a file that has come', memoryHost({ ...files, '/repo/gone.yml': '' })],
    ['a file that has gone', memoryHost({ '/repo/b/c.yml': 'c', '/repo/link.yml': { link: 'a.yml' } })],
    ['a link that leads elsewhere', memoryHost({ ...files, '/repo/link.yml': { link: 'b/c.yml' } })],
    ['a name more in a folder', memoryHost({ ...files, '/repo/d.yml': '' })],
    ['a folder in the place of a file', memoryHost({ ...files, '/repo/a.yml': { other: true } })],
    ['no right to read', memoryHost({ ...files, '/repo/a.yml': { denied: 'file' } })],
    ['another day', memoryHost(files, { today: '2026-11-23' })],
  ])('is answered otherwise by one with %s', (_, later) => {
    expect(isTheSame(askAll, later)).toBe(false);
  });

  it('does not depend on the order in which a folder names what is in it', () => {
    const host = memoryHost(files);
    const turned: Host = {
      ...host,
      list(path) {
        const told = host.list(path);
        return told.ok ? { ok: true, value: told.value.toReversed() } : told;
      },
    };
    expect(isTheSame(askAll, turned)).toBe(true);
  });

  it('gives back the bytes that are wanted', () => {
    const questions = recorded(memoryHost(files), askAll).questions();
    const wanted = digest('a');
    const texts = askedAgain(
      questions.ok ? questions.asked : [],
      new Set([wanted]),
      memoryHost(files),
      digest,
    );
    expect([...(texts ?? [])]).toEqual([[wanted, new TextEncoder().encode('a')]]);
  });
});

describe('a run of which nothing can be kept', () => {
  it('was told two things by the same question', () => {
    let reads = 0;
    const host = memoryHost(files);
    const changing: Host = {
      ...host,
      readFile: (path, most) => host.readFile(reads++ === 0 ? path : '/repo/b/c.yml', most),
    };
    const { questions } = recorded(changing, (asked) => {
      asked.readFile('/repo/a.yml', 10);
      asked.readFile('/repo/a.yml', 10);
    });
    expect(questions()).toEqual({ ok: false, because: 'a file was changed while it was judged' });
  });

  it.each<[string, (host: Host) => unknown]>([
    ['the machine', (host) => host.inCI],
    ['a git revision', (host) => host.readRevision('/repo', 'main', 'a.yml', 10)],
    ['standard input', (host) => host.readStdin(10)],
    ['what it wrote', (host) => host.replaceFile('/repo/a.yml', '')],
    ['plugins', (host) => host.openThread()],
    ['a sandbox', (host) => host.startSandbox()],
  ])('rests on %s', (what, ask) => {
    const { questions } = recorded(memoryHost(files, { noSandbox: true }), ask);
    expect(questions()).toEqual({ ok: false, because: `it rests on ${what}` });
  });
});
