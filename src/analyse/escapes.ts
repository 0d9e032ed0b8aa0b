/** Who reads the escapes: they differ in octal and hexadecimal numbers. */
export type EscapeStyle = 'echo' | 'dash' | 'printf' | 'dash printf';

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
};

/**
 * What `echo -e` or `printf` make of backslashes in a text. `stops`: a `\c` ends all output. null where what
 * comes out depends on the shell's version or the locale.
 */
export function decodeEscapes(text: string, style: EscapeStyle): { text: string; stops: boolean } | null {
  let decoded = '';
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character !== '\\' || i + 1 >= text.length) {
      decoded += character;
      continue;
    }
    const letter = text.charAt(i + 1);
    const simple = SIMPLE[letter];
    if (simple !== undefined) {
      decoded += simple;
      i++;
    } else if (letter === 'c' && !style.endsWith('printf')) {
      return { text: decoded, stops: true };
    } else if (/[0-7xuUecE"']/.test(letter)) {
      return null;
    } else decoded += character;
  }
  return { text: decoded, stops: false };
}
