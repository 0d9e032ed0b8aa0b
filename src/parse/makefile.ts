// Makefiles, line by line. What make makes of the lines is for the lowering; nothing is expanded here.

/** A stretch of a file that keeps its place: half-open, in UTF-16 offsets. */
export interface Stretch {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export type MakeLine =
  | {
      readonly kind: 'assign';
      readonly name: string;
      readonly operator: '=' | ':=' | '?=' | '+=' | '!=';
      readonly value: Stretch;
      readonly exported: boolean;
      /** The conditions (`ifdef X`) under which it is read; null where it always is. */
      readonly conditions: string | null;
    }
  | {
      readonly kind: 'rule';
      readonly targets: string;
      readonly prerequisites: string;
      readonly recipe: readonly RecipeLine[];
      /** Why it is more than targets, prerequisites and a recipe; null where it is not. */
      readonly unusual: string | null;
      readonly conditions: string | null;
      readonly start: number;
      readonly end: number;
    }
  /** `export A B`; without names everything. */
  | { readonly kind: 'export'; readonly names: string }
  /** Lines that may define anything: `include`, `$(eval …)`. */
  | { readonly kind: 'opaque'; readonly what: string };

/** One logical line of a recipe: its physical lines without the tab, each but the last with its `\` and line end. */
export type RecipeLine = readonly Stretch[];

interface Reader {
  readonly lines: MakeLine[];
  /** The rule whose recipe lines may follow. */
  rule: OpenRule | null;
  /** The conditions that stand around, outermost first. */
  readonly conditions: string[];
}

interface OpenRule {
  readonly targets: string;
  readonly prerequisites: string;
  readonly recipe: RecipeLine[];
  unusual: string | null;
  readonly conditions: string | null;
  readonly depth: number;
  readonly start: number;
  end: number;
}

/** Reads a Makefile of GNU make. Never throws; time is linear in the text. */
export function parseMakefile(text: string): readonly MakeLine[] {
  const reader: Reader = { lines: [], rule: null, conditions: [] };
  let at = 0;
  while (at < text.length) {
    const physical: Stretch[] = [];
    const inRecipe = text[at] === '\t' && reader.rule !== null;
    for (let more = true; more && at < text.length; ) {
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      const from = inRecipe && text[at] === '\t' ? at + 1 : at;
      physical.push({ text: text.slice(from, end), start: from, end });
      more = endsWithBackslash(text, from, end);
      at = end + 1;
    }
    if (inRecipe) addRecipe(reader, physical, text);
    else at = readLine(reader, logical(physical), text, at);
  }
  close(reader);
  return reader.lines;
}

function endsWithBackslash(text: string, from: number, end: number): boolean {
  let count = 0;
  for (let i = end - 1; i >= from && text[i] === '\\'; i--) count++;
  return count % 2 === 1;
}

function addRecipe({ rule, conditions }: Reader, physical: readonly Stretch[], text: string): void {
  if (!rule) return;
  if (conditions.length > rule.depth) rule.unusual ??= 'has a conditional in its recipe';
  const lines = physical.map((line, index) => {
    if (index === physical.length - 1) return line;
    return { text: text.slice(line.start, line.end + 1), start: line.start, end: line.end + 1 };
  });
  rule.recipe.push(lines);
  rule.end = lines.at(-1)?.end ?? rule.end;
}

/** A line that is no recipe: continuations become one blank, comments go. */
function logical(physical: readonly Stretch[]): Stretch {
  const [first] = physical;
  const start = first?.start ?? 0;
  const end = physical.at(-1)?.end ?? start;
  if (physical.length === 1 && first) return { text: withoutComment(first.text), start, end };
  const pieces = physical.map(({ text }, index) => {
    const bare = index === physical.length - 1 ? text : text.slice(0, -1).trimEnd();
    return index === 0 ? bare : bare.trimStart();
  });
  return { text: withoutComment(pieces.join(' ')), start, end };
}

function withoutComment(text: string): string {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') i++;
    else if (char === '$' && /[({]/.test(text[i + 1] ?? '')) depth++;
    else if (depth > 0 && (char === ')' || char === '}')) depth--;
    else if (char === '#' && depth === 0) return text.slice(0, i);
  }
  return text;
}

const DIRECTIVE =
  /^\s*(-?include|sinclude|ifeq|ifneq|ifdef|ifndef|else|endif|define|endef|export|unexport|override|private|undefine|vpath|load|-load)\b/;

/** Reads a line that is no recipe; gives the offset at which reading goes on. */
function readLine(reader: Reader, line: Stretch, text: string, next: number): number {
  const bare = line.text.trim();
  if (bare === '') return next;
  const word = DIRECTIVE.exec(line.text)?.[1] ?? '';
  const assigned = assignmentOf(line.text);
  // `include = x` is an assignment, whatever it begins with.
  if (assigned && (word === '' || assigned.name === word)) {
    close(reader);
    assign(reader, line, assigned, 0, false);
    return next;
  }
  switch (word) {
    case 'ifeq':
    case 'ifneq':
    case 'ifdef':
    case 'ifndef':
      reader.conditions.push(bare);
      return next;
    case 'else':
      return next;
    case 'endif':
      reader.conditions.pop();
      return next;
    case 'export':
    case 'override':
    case 'private': {
      close(reader);
      const skip = line.text.indexOf(word) + word.length;
      const inner = assignmentOf(line.text.slice(skip));
      if (inner && /^\S+$/.test(inner.name)) assign(reader, line, inner, skip, word === 'export');
      else if (word === 'export') reader.lines.push({ kind: 'export', names: line.text.slice(skip).trim() });
      else reader.lines.push({ kind: 'opaque', what: word });
      return next;
    }
    case 'define': {
      close(reader);
      const name = /^\s*define\s+([^\s=:?+!]+)/.exec(line.text)?.[1] ?? '';
      const end = /^[ \t]*endef\b.*$/m.exec(text.slice(next));
      const after = end ? next + end.index + end[0].length + 1 : text.length;
      const value = { text: '$(define)', start: line.start, end: line.end };
      reader.lines.push({
        kind: 'assign',
        name,
        operator: '=',
        value,
        exported: false,
        conditions: 'define',
      });
      return after;
    }
    case 'unexport':
    case 'vpath':
    case 'endef':
      close(reader);
      return next;
    case '':
      break;
    default:
      close(reader);
      reader.lines.push({ kind: 'opaque', what: word });
      return next;
  }
  close(reader);
  const colon = topLevel(line.text, ':');
  if (colon < 0) {
    // `$(info …)` only prints.
    if (!/^\s*\$[({](info|warning)\b/.test(line.text))
      reader.lines.push({ kind: 'opaque', what: bare.slice(0, 40) });
    return next;
  }
  openRule(reader, line, colon, text);
  return next;
}

/** Nobody nests deeper; what stands there may hang on anything. */
const MAX_CONDITIONS = 32;

function around({ conditions }: Reader): string | null {
  if (conditions.length > MAX_CONDITIONS) return 'define';
  return conditions.length > 0 ? conditions.join(' ') : null;
}

interface Assigned {
  readonly name: string;
  readonly operator: '=' | ':=' | '?=' | '+=' | '!=';
  /** Where the value begins in the line. */
  readonly from: number;
}

function assignmentOf(text: string): Assigned | null {
  const equals = topLevel(text, '=');
  if (equals < 0) return null;
  let head = text.slice(0, equals);
  let operator: Assigned['operator'] = '=';
  const sign = head.at(-1);
  if (sign === '?' || sign === '+' || sign === '!') {
    operator = `${sign}=`;
    head = head.slice(0, -1);
  } else if (sign === ':') {
    operator = ':=';
    head = head.replace(/:{1,3}$/, '');
  }
  const name = head.trim();
  // A colon before it makes it the variable of a target.
  if (name === '' || topLevel(name, ':') >= 0) return null;
  let from = equals + 1;
  while (text[from] === ' ' || text[from] === '\t') from++;
  return { name, operator, from };
}

/** The first place of a character outside of `$(…)`, or -1. */
function topLevel(text: string, wanted: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '$' && /[({]/.test(text[i + 1] ?? '')) {
      depth++;
      i++;
    } else if (depth > 0 && (char === ')' || char === '}')) depth--;
    else if (depth === 0 && char === wanted) return i;
  }
  return -1;
}

function assign(
  reader: Reader,
  line: Stretch,
  { name, operator, from }: Assigned,
  skip: number,
  exported: boolean,
): void {
  const at = Math.min(line.start + skip + from, line.end);
  const value = { text: line.text.slice(skip + from), start: at, end: line.end };
  reader.lines.push({ kind: 'assign', name, operator, value, exported, conditions: around(reader) });
}

function openRule(reader: Reader, line: Stretch, colon: number, text: string): void {
  const targets = line.text.slice(0, colon).trim();
  let rest = line.text.slice(colon + 1);
  let unusual: string | null = null;
  if (rest.startsWith(':')) {
    unusual = 'has a double colon';
    rest = rest.slice(1);
  }
  if (targets.endsWith('&')) unusual = 'makes several files at once';
  const recipe: RecipeLine[] = [];
  const semicolon = topLevel(rest, ';');
  if (semicolon >= 0) {
    // A recipe on the same line; it keeps its place where no line was joined into it.
    const command = rest.slice(semicolon + 1);
    const found = text.slice(line.start, line.end).indexOf(command);
    const at = found < 0 ? -1 : line.start + found;
    recipe.push([
      { text: command, start: Math.max(at, line.start), end: at < 0 ? line.start : at + command.length },
    ]);
    rest = rest.slice(0, semicolon);
  }
  if (topLevel(rest, '=') >= 0) unusual = 'has variables of its own';
  else if (topLevel(rest, ':') >= 0 || /%/.test(targets)) unusual = 'is a pattern';
  reader.rule = {
    targets: targets.replace(/&$/, ''),
    prerequisites: rest.trim(),
    recipe,
    unusual,
    conditions: around(reader),
    depth: reader.conditions.length,
    start: line.start,
    end: line.end,
  };
}

function close(reader: Reader): void {
  const { rule } = reader;
  reader.rule = null;
  if (!rule) return;
  const { targets, prerequisites, recipe, unusual, conditions, start, end } = rule;
  reader.lines.push({ kind: 'rule', targets, prerequisites, recipe, unusual, conditions, start, end });
}
