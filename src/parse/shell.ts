import type * as unbash from 'unbash';
import { forEachChild, parse } from 'unbash';

// The door to `unbash`: only shell-comments.ts imports it too. Its tree is handed on under our own names, its
// known defects (shell-parsers §6) are mended here.

export type ShellArithmetic = unbash.ArithmeticExpression;
export type ShellArithmeticWord = unbash.ArithmeticWord;
export type ShellAssignment = unbash.Assignment;
export type ShellCase = unbash.Case;
export type ShellCommand = unbash.Command;
export type ShellCommandExpansion = unbash.CommandExpansionPart;
export type ShellHeredoc = unbash.HereDoc;
export type ShellIf = unbash.If;
export type ShellList = unbash.CompoundList;
export type ShellNode = unbash.CommandNode | unbash.Pipeline | unbash.AndOr;
export type ShellParameter = unbash.ParameterExpansionPart;
export type ShellParameterOperation = unbash.ParameterOperation;
export type ShellPart = unbash.WordPart;
export type ShellPipeline = unbash.Pipeline;
export type ShellAndOr = unbash.AndOr;
export type ShellRedirection = unbash.Redirection;
export type ShellScript = unbash.Script;
export type ShellStatement = unbash.Statement;
export type ShellTest = unbash.TestExpression;
export type ShellWord = unbash.Word;

/** A syntax error. `start` and `end` are offsets of the whole script's text. */
export interface ShellProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface ParsedShell {
  /** Best-effort where there are problems. Offsets are UTF-16, half-open. */
  readonly script: ShellScript;
  /** Every syntax error, also those of substitutions however deep, in source order. */
  readonly problems: readonly ShellProblem[];
}

/**
 * Parses a shell script (always as bash, so `sh` scripts get bash's reading). Never throws: what cannot be
 * read is in `problems`.
 */
export function parseShell(text: string): ParsedShell {
  try {
    const script = parse(text);
    const problems = nestedProblems(script, text.length);
    return { script, problems: problems.sort((a, b) => a.start - b.start) };
  } catch (error) {
    // Nesting is bounded nearly everywhere, but a row of `coproc`s overflows the parser's stack. The walk above
    // has read every lazy part, so nothing can throw after it.
    const reason = error instanceof Error ? error.message : String(error);
    return { script: parse(''), problems: [{ message: `the parser gave up (${reason})`, start: 0, end: 0 }] };
  }
}

/**
 * Substitutions are parsed when they are first looked at and keep their own errors, so the whole tree has to
 * be walked. The walk keeps its own stack: long arithmetic is as deep a tree as it is long.
 */
function nestedProblems(root: unbash.ParsedScript, length: number): ShellProblem[] {
  const problems: ShellProblem[] = [];
  const pending: { readonly node: unbash.SyntaxNode; readonly outer: unbash.SyntaxNode | null }[] = [
    { node: root, outer: null },
  ];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node } = next;
    let { outer } = next;
    if (node.type === 'Script') {
      for (const { message, pos } of node.errors ?? []) {
        const start = Math.max(0, Math.min(outer ? outer.pos : pos, length));
        problems.push({ message, start, end: Math.min(outer ? outer.end : start + 1, length) });
      }
    }
    if (outer === null && node.type === 'CommandExpansion' && rewrittenText(node) !== null) outer = node;
    forEachChild(node, (child) => pending.push({ node: child, outer }));
  }
  return problems;
}

/**
 * The text that a backquoted command has after its escapes (`` \` ``, `\\`, `\$`) are taken off; offsets below
 * it index that text. null where there are none, and offsets are those of the text around it.
 */
export function rewrittenText(part: Pick<ShellCommandExpansion, 'script'>): string | null {
  return part.script?.source ?? null;
}

/** A word of a command or list: more than one piece where a process substitution is glued to text. */
export type ShellWordPieces = readonly [ShellWord, ...ShellWord[]];

export type ShellCommandItem =
  | { readonly kind: 'word'; readonly pieces: ShellWordPieces }
  /** `rest` is glued to the end of the value: `a=<(x)`. */
  | { readonly kind: 'assignment'; readonly assignment: ShellAssignment; readonly rest: readonly ShellWord[] }
  | { readonly kind: 'redirect'; readonly redirect: ShellRedirection };

/**
 * The items of a simple command in source order. The parser ends a word before a glued `<(…)` and
 * begins another after it (`--file=<(x)` gives two words); such pieces are one word again here.
 */
export function commandItems(command: ShellCommand): readonly ShellCommandItem[] {
  const items: ShellCommandItem[] = [];
  /** The pieces of the last item, and where they end. */
  let open: ShellWord[] = [];
  let end = -1;
  for (const node of [...command.prefix, ...(command.name ? [command.name] : []), ...command.suffix]) {
    if (node.type === 'Word' && node.pos === end) {
      open.push(node);
    } else if (node.type === 'Word') {
      const pieces: [ShellWord, ...ShellWord[]] = [node];
      items.push({ kind: 'word', pieces });
      open = pieces;
    } else if (node.type === 'Assignment') {
      open = [];
      items.push({ kind: 'assignment', assignment: node, rest: open });
    } else {
      items.push({ kind: 'redirect', redirect: node });
    }
    end = node.type === 'Word' || node.type === 'Assignment' ? node.end : -1;
  }
  return items;
}

/** The words of a `for` list or an array, with glued process substitutions joined as in `commandItems`. */
export function glueWords(words: readonly ShellWord[]): readonly ShellWordPieces[] {
  const joined: [ShellWord, ...ShellWord[]][] = [];
  for (const word of words) {
    const last = joined.at(-1);
    if (last && last.at(-1)?.end === word.pos) last.push(word);
    else joined.push([word]);
  }
  return joined;
}

/** What `$'body'` stands for; null where the body does not end with the quote. */
export function decodeAnsiC(body: string): string | null {
  const script: unbash.ParsedScript = parse(`$'${body}'`);
  const command = script.commands[0]?.command;
  if (command?.type !== 'Command' || (script.errors ?? []).length > 0) return null;
  const [part, ...rest] = command.name?.parts ?? [];
  return part?.type === 'AnsiCQuoted' && rest.length === 0 && part.end === body.length + 3
    ? part.value
    : null;
}
