/** What the runner pastes into the text before PowerShell reads it stands for any text. Half-open, in order. */
export interface PsPaste {
  readonly start: number;
  readonly end: number;
}

/** Where the parser stands. The functions of this folder move `at` forward over what they have read. */
export interface Reader {
  readonly text: string;
  /** Indices of the pastes by where they start. */
  readonly pastes: ReadonlyMap<number, number>;
  readonly pasteEnds: readonly number[];
  at: number;
  depth: number;
  /** The ends of the comments that were read over, by where they start. */
  readonly comments: Map<number, number>;
}

/** Stands for each character of a paste, so that nothing of it is read as code. */
export const PASTED = '\uE000';

/** How deep statements and expressions may be nested; real scripts stay far below. */
export const MAX_DEPTH = 120;

/** A text that is not read. Thrown by the functions of this folder, caught by `parsePowerShell`. */
export class PsProblem extends Error {
  readonly start: number;

  constructor(message: string, start: number) {
    super(message);
    this.start = start;
  }
}

export function newReader(text: string, pastes: readonly PsPaste[]): Reader {
  let clean = '';
  let done = 0;
  const starts = new Map<number, number>();
  pastes.forEach(({ start, end }, index) => {
    clean += text.slice(done, start) + PASTED.repeat(end - start);
    done = end;
    starts.set(start, index);
  });
  clean += text.slice(done);
  const pasteEnds = pastes.map(({ end }) => end);
  return { text: clean, pastes: starts, pasteEnds, at: 0, depth: 0, comments: new Map() };
}

export function peek(reader: Reader, ahead = 0): string {
  return reader.text[reader.at + ahead] ?? '';
}

export function startsWith(reader: Reader, text: string): boolean {
  return reader.text.startsWith(text, reader.at);
}

export function fail(reader: Reader, message: string, start = reader.at): never {
  throw new PsProblem(message, start);
}

/** Reads over `text`, which must stand here. */
export function expect(reader: Reader, text: string, within: string): void {
  if (!startsWith(reader, text)) fail(reader, `expected '${text}' ${within}, found ${shown(reader)}`);
  reader.at += text.length;
}

export function accept(reader: Reader, text: string): boolean {
  if (!startsWith(reader, text)) return false;
  reader.at += text.length;
  return true;
}

/** What stands here, for a message. */
export function shown(reader: Reader): string {
  const character = peek(reader);
  if (character === '') return 'the end of the script';
  if (character === '\n') return 'the end of the line';
  return character === PASTED ? "a '${{ }}'" : `'${character}'`;
}

/** Runs `read` one level deeper. */
export function deeper<T>(reader: Reader, read: () => T): T {
  if (reader.depth >= MAX_DEPTH) fail(reader, `the script is nested more than ${MAX_DEPTH} levels deep`);
  reader.depth++;
  const result = read();
  reader.depth--;
  return result;
}

export function isNewline(character: string): boolean {
  return character === '\n' || character === '\r';
}

export function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\u00a0' || character === '\f';
}

/** Blanks, comments and continued lines; with `lines` also the ends of lines. */
export function skip(reader: Reader, lines: boolean): void {
  const { text } = reader;
  for (;;) {
    const character = peek(reader);
    if (isBlank(character) || (lines && isNewline(character))) reader.at++;
    else if (character === '`' && isNewline(peek(reader, 1))) {
      reader.at += peek(reader, 1) === '\r' && peek(reader, 2) === '\n' ? 3 : 2;
    } else if (character === '#') {
      const start = reader.at;
      while (reader.at < text.length && !isNewline(peek(reader))) reader.at++;
      reader.comments.set(start, reader.at);
    } else if (character === '<' && peek(reader, 1) === '#') {
      const end = text.indexOf('#>', reader.at + 2);
      if (end < 0) fail(reader, "the comment that '<#' opens is never closed");
      reader.comments.set(reader.at, end + 2);
      reader.at = end + 2;
    } else return;
  }
}

/** Ends of statements, and all that `skip` skips. */
export function skipSeparators(reader: Reader): void {
  do skip(reader, true);
  while (accept(reader, ';'));
}

export function isLetter(character: string): boolean {
  return /^[\p{L}_]$/u.test(character);
}

export function isWordCharacter(character: string): boolean {
  return (
    (character >= 'a' && character <= 'z') ||
    (character >= 'A' && character <= 'Z') ||
    (character >= '0' && character <= '9') ||
    character === '_' ||
    (character > '\x7f' && character !== PASTED && /^\p{L}$/u.test(character))
  );
}

/** The word that stands here, lower case; '' where none does. Does not move. */
export function wordAt(reader: Reader): string {
  let end = reader.at;
  while (isWordCharacter(reader.text[end] ?? '')) end++;
  return reader.text.slice(reader.at, end).toLowerCase();
}

/** The word that stands alone here: not followed by what would make it another name. */
export function keywordAt(reader: Reader): string {
  const word = wordAt(reader);
  const next = reader.text[reader.at + word.length] ?? '';
  return word !== '' && '-.\\/:=$'.includes(next) && next !== '' ? '' : word;
}

/** The paste that starts here, read over; null where none does. */
export function acceptPaste(reader: Reader): number | null {
  const index = reader.pastes.get(reader.at);
  if (index === undefined) return null;
  reader.at = reader.pasteEnds[index] ?? reader.at + 1;
  return index;
}
