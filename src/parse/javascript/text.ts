const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
  '\r': '',
  '\u2028': '',
  '\u2029': '',
};

/** What the text between the quotes of a string or a template stands for; null where an escape is not understood. */
export function cookText(raw: string): string | null {
  if (!raw.includes('\\')) return raw;
  let cooked = '';
  for (let at = 0; at < raw.length; at++) {
    const char = raw[at] ?? '';
    if (char !== '\\') {
      cooked += char;
      continue;
    }
    const next = raw[++at];
    if (next === undefined) return null;
    if (next === 'x' || next === 'u') {
      const point = codePoint(raw, at);
      if (!point) return null;
      cooked += point.text;
      at = point.last;
    } else if (next === '0' && !/[0-9]/.test(raw[at + 1] ?? '')) cooked += '\0';
    else if (/[0-9]/.test(next)) return null;
    else {
      if (next === '\r' && raw[at + 1] === '\n') at++;
      cooked += ESCAPES[next] ?? next;
    }
  }
  return cooked;
}

/** `x41`, `u0041` and `u{41}` at an index, and the index of its last character. */
function codePoint(raw: string, at: number): { readonly text: string; readonly last: number } | null {
  const braced = raw[at] === 'u' && raw[at + 1] === '{';
  const start = at + (braced ? 2 : 1);
  const end = braced ? raw.indexOf('}', start) : start + (raw[at] === 'x' ? 2 : 4);
  const digits = end < 0 ? '' : raw.slice(start, end);
  if (!/^[0-9a-fA-F]{1,6}$/.test(digits) || (!braced && digits.length !== end - start)) return null;
  const value = Number.parseInt(digits, 16);
  return value > 0x10ffff ? null : { text: String.fromCodePoint(value), last: braced ? end : end - 1 };
}
