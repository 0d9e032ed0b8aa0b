// Text that is safe to print: inputs are hostile, and a terminal or a CI runner obeys what it is shown.

/** One thing as the reader sees it: a character with its accents, an emoji, or an escape for what cannot be seen. */
export interface Glyph {
  /** What to print. */
  readonly text: string;
  /** Terminal cells that it takes: 0, 1, 2, or more for an escape or a tab. */
  readonly width: number;
  /** The UTF-16 offset of its first unit in the string that it came from. */
  readonly at: number;
}

/** Source lines are shown with tab stops every four cells. */
export const tabStop = 4;

const plainAscii = /^[\x20-\x7e]*$/;
// Latin letters, dashes, quotes, ellipses, arrows and box drawing: each a glyph by itself, and what nearly all lines have
// besides ASCII. None of them is an accent that is put on the one before, or joins two.
const simple = /^[\t\x20-\x7e\xa1-\xac\xae-\u024f\u2010-\u2027\u2190-\u21ff\u2500-\u257f]*$/;
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const zeroWidth = /[\p{Mn}\p{Me}\u{1160}-\u{11ff}\u{d7b0}-\u{d7ff}]/u;
// East Asian Width W and F (Unicode Standard Annex 11), in coarse blocks; wide symbols are those with emoji presentation.
const wide =
  /[\p{Emoji_Presentation}\u{1100}-\u{115f}\u{2329}\u{232a}\u{2e80}-\u{303e}\u{3041}-\u{4dbf}\u{4e00}-\u{a4cf}\u{a960}-\u{a97f}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe10}-\u{fe19}\u{fe30}-\u{fe6f}\u{ff01}-\u{ff60}\u{ffe0}-\u{ffe6}\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u;
// Both take tens of milliseconds to make, and most reports need neither.
let segmenter: Intl.Segmenter | null = null;
let emoji: RegExp | null = null;
const emojiPattern = '^\\p{RGI_Emoji}$';

/** True for an emoji of several code points, joiners and variation selectors included. */
function isEmojiSequence(segment: string): boolean {
  if (segment.length < 2) return false;
  // Regular expression literals of our language target lack the flag `v`.
  emoji ??= new RegExp(emojiPattern, 'v');
  return emoji.test(segment);
}

/**
 * The glyphs of a line, tabs expanded. Control, format, bidirectional and other invisible characters and lone
 * surrogates come out as `␛`-like pictures or `\u{…}`; so does the `[` of `##[`, which older runners obey anywhere in
 * a line.
 */
export function glyphsOf(line: string): Glyph[] {
  const glyphs: Glyph[] = [];
  let column = 0;
  const push = (text: string, width: number, at: number) => {
    glyphs.push({ text, width, at });
    column += width;
  };
  for (const { segment, at } of segmentsOf(line)) {
    if (segment === '\t') {
      const width = tabStop - (column % tabStop);
      push(' '.repeat(width), width, at);
    } else if (segment === '[' && line.startsWith('##', at - 2)) {
      push('\\[', 2, at);
    } else if (isEmojiSequence(segment)) {
      push(segment, 2, at);
    } else {
      pushSegment(segment, at, push);
    }
  }
  return glyphs;
}

function* segmentsOf(line: string): Generator<{ segment: string; at: number }> {
  if (simple.test(line)) {
    for (let at = 0; at < line.length; at++) yield { segment: line.charAt(at), at };
    return;
  }
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment, index } of segmenter.segment(line)) yield { segment, at: index };
}

function pushSegment(segment: string, at: number, push: (text: string, width: number, at: number) => void) {
  let text = '';
  let width = 0;
  for (const character of segment) {
    const shown = hidden.test(character) ? escaped(character) : character;
    text += shown;
    width += shown === character ? widthOfCharacter(character) : shown.length;
  }
  push(text, width, at);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `\\u{${code.toString(16)}}`;
}

function widthOfCharacter(character: string): number {
  if (zeroWidth.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** How many terminal cells a string takes when `visible` prints it. */
export function widthOf(text: string): number {
  if (plainAscii.test(text)) return text.length;
  let width = 0;
  for (const glyph of glyphsOf(visible(text))) width += glyph.width;
  return width;
}

/**
 * A string from an input as one line of harmless text. Unlike in a source line, a tab here is as unexpected as a
 * line feed, and both are shown as pictures.
 */
export function visible(text: string): string {
  if (!hidden.test(text)) return text;
  let shown = '';
  for (const { segment } of segmentsOf(text)) {
    if (isEmojiSequence(segment)) {
      shown += segment;
      continue;
    }
    for (const character of segment) shown += hidden.test(character) ? escaped(character) : character;
  }
  return shown;
}

/**
 * A finished report in which no line is a workflow command: runners obey `::name::` at the start of a line, blanks
 * before it or not, and `##[name]` there or, in older versions, anywhere. A backslash breaks either. Colors before
 * it make no difference: who takes them out of a log has the report as it is without them.
 */
export function withoutCommands(report: string): string {
  return report
    .replaceAll('##[', '##\\[')
    .replace(/^((?:[^\S\n\r\u2028\u2029]|\u001b\[\d+m)*)::/gm, '$1\\::');
}

/**
 * Text broken at blanks into lines of at most `width` cells; a word longer than that is broken anywhere. Line feeds
 * in the text begin a new line, and the blanks that a line begins with stand before each of its parts.
 */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    const content = line.trimStart();
    const indent = ' '.repeat(Math.min(line.length - content.length, width >> 1));
    return wrapLine(visible(content.trimEnd()), width - indent.length).map((part) => indent + part);
  });
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current: string | null = null;
  let used = 0;
  for (const word of line.split(' ')) {
    const size = widthOf(word);
    if (current !== null && used + 1 + size <= width) {
      current += ` ${word}`;
      used += 1 + size;
      continue;
    }
    if (current !== null) lines.push(current.trimEnd());
    const pieces = size <= width ? [word] : breakWord(word, width);
    current = pieces.pop() ?? '';
    used = widthOf(current);
    lines.push(...pieces);
  }
  if (current !== null) lines.push(current);
  return lines;
}

function breakWord(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const glyph of glyphsOf(word)) {
    if (piece !== '' && used + glyph.width > width) {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += glyph.text;
    used += glyph.width;
  }
  pieces.push(piece);
  return pieces;
}

/** A line of source as it may be shown, at most so many cells of it. */
export function clipped(line: string, width: number): string {
  let text = '';
  let used = 0;
  for (const glyph of glyphsOf(line)) {
    used += glyph.width;
    if (used > width - 1) return `${text}…`;
    text += glyph.text;
  }
  return text;
}

/** `1 file`, `2 files`: a count with its noun. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
