import { isWordCharacter, type Reader } from './reader.js';
import type { PsExpr } from './tree.js';

const NUMBER = /(?:0x[0-9a-f]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+)(?:u?[lsy]|d|n|u)?(?:[kmgtp]b)?/iy;
const UNITS: Readonly<Record<string, number>> = {
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
};

/** A number that stands alone: `7z` and `1.2.3` are words. */
export function readNumber(reader: Reader): PsExpr | null {
  NUMBER.lastIndex = reader.at;
  const found = NUMBER.exec(reader.text)?.[0];
  if (!found) return null;
  const start = reader.at;
  const end = start + found.length;
  const next = reader.text[end] ?? '';
  if (isWordCharacter(next) || reader.pastes.has(end)) return null;
  if (next === '.' && isWordCharacter(reader.text[end + 1] ?? '')) return null;
  reader.at = end;
  const unit = /[kmgtp]b$/i.exec(found);
  const digits = (unit ? found.slice(0, -2) : found).replace(/(u?[lsy]|n|u)$/i, '');
  const value = /^0x/i.test(digits) ? Number(digits) : Number.parseFloat(digits);
  return { kind: 'number', value: value * (UNITS[unit?.[0][0]?.toLowerCase() ?? ''] ?? 1), start, end };
}
