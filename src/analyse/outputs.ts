import { concat, constant, emptyValue, type Piece, sameValue, textOf, type Value } from './values.js';

/** What a step wrote to a file of `key=value` lines (semantics 7.2). */
export interface Written {
  readonly entries: ReadonlyMap<string, Value>;
  /** True where a line begins with unknown text, so that keys may be set that are not seen. */
  readonly open: boolean;
}

/** Reads `k=v` lines and `k<<DELIMITER` blocks. An unknown text is taken to have no line end in it. */
export function readEntries(content: Value): Written {
  const entries = new Map<string, Value>();
  let open = false;
  const lines = splitLines(content);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? emptyValue;
    const [head] = line.pieces;
    if (head === undefined) continue;
    if (typeof head !== 'string') {
      open = true;
      continue;
    }
    const equals = head.indexOf('=');
    const block = head.indexOf('<<');
    if (block >= 0 && (equals < 0 || block < equals)) {
      const delimiter = rest(line, block + 2);
      const body: Value[] = [];
      while (++i < lines.length && !sameValue(lines[i] ?? emptyValue, delimiter)) {
        if (body.length > 0) body.push(constant('\n'));
        body.push(lines[i] ?? emptyValue);
      }
      entries.set(head.slice(0, block), concat(body));
      // Where a delimiter that is not known ends the block is not seen, nor what is set behind it.
      if (i === lines.length && textOf(delimiter) === null) open = true;
    } else if (equals > 0) entries.set(head.slice(0, equals), rest(line, equals + 1));
    else if (line.pieces.length > 1) open = true;
  }
  return { entries, open };
}

function splitLines(content: Value): Value[] {
  const lines: Piece[][] = [[]];
  for (const piece of content.pieces) {
    if (typeof piece !== 'string') {
      lines.at(-1)?.push(piece);
      continue;
    }
    piece.split('\n').forEach((text, index) => {
      if (index > 0) lines.push([]);
      if (text !== '') lines.at(-1)?.push(text);
    });
  }
  return lines.map((pieces) => ({ pieces, lacks: content.lacks }));
}

/** The line without its first `count` characters, which are literal. */
function rest(line: Value, count: number): Value {
  const [head, ...more] = line.pieces;
  const text = typeof head === 'string' ? head.slice(count) : '';
  return { pieces: text === '' ? more : [text, ...more], lacks: line.lacks };
}
