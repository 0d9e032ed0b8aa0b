import type { Answer, Refusal } from './host.js';

/** A refusal for something that is there; the reason is worded as one of a Host. */
export function refusal(reason: string): Refusal {
  return { ok: false, missing: false, reason };
}

/** What the system's error codes mean to somebody who reads a path and then this. */
type Reasons = Readonly<Record<string, string>>;

/** What comes of asking the system; `own`: what some of its codes mean where this is asked. */
export function attempt<T>(ask: () => T, own: Reasons = {}): Answer<T> {
  try {
    return { ok: true, value: ask() };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const code = String(error.code);
    return {
      ok: false,
      missing: code === 'ENOENT' || code === 'ENOTDIR',
      reason: own[code] ?? reasons[code] ?? `is refused by the system (${code})`,
    };
  }
}

const reasons: Reasons = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'the file would be too large',
  ELOOP: 'is a link that leads back to itself',
  ENAMETOOLONG: 'the name is too long',
};
