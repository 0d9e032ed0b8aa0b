// What a short Python or JavaScript program prints where the JSON that it reads lacks what it asks for.

import type { Expression, Invocation, Target } from '../program/compute.js';
import { type LoadedLanguage, loweringOf } from '../program/lower/languages.js';
import { importedPath } from '../program/lower/python/modules.js';
import type { Call, Program, Word } from '../program/program.js';
import { fixedText } from '../program/walk.js';
import { spanOf } from '../text/script.js';
import { spanText } from '../text/source.js';

/** A program prints one value of a JSON document, and a word for nothing where there is none. */
export interface NullPrint {
  readonly language: 'python' | 'javascript';
  /** The expression as it is written. */
  readonly asked: string;
  /** `missing`: where the document has no such value. `null`: only where it says null, since a missing key is an error. */
  readonly when: When;
  /** What is printed then: `None`, `undefined`, `null`. */
  readonly word: string;
}

type When = 'missing' | 'null';

/** What is known of a value. */
interface Shape {
  /** It may be a part of the document. */
  readonly json: boolean;
  /** When it may be nothing instead; null for never. */
  readonly nothing: When | null;
  /** It is a text already, so that nothing is told by it any more: `f"{x}"`. */
  readonly fixed: boolean;
}

const unknown: Shape = { json: false, nothing: null, fixed: false };
const document: Shape = { json: true, nothing: null, fixed: false };

/** The null that a call of `python -c`, `node -e` or `node -p` may print; null for any other program. */
export function nullPrinted(call: Call): NullPrint | null {
  const [head, ...args] = call.words;
  const name = fixedText(head) ?? '';
  const language = languageOf(name.slice(name.lastIndexOf('/') + 1));
  const script = language && scriptOf(language, args, call);
  if (!language || !script) return null;
  const program = loweringOf(language)?.lowerWord(script.word, script.word.at);
  if (!program || program.unreadable) return null;
  const run = runStraight(program);
  if (!run) return null;
  const shown = script.prints ? [...run.printed, run.last] : run.printed;
  const [only, ...others] = shown;
  if (!only || others.length > 0 || !only.shape.json || only.shape.nothing === null) return null;
  const { nothing: when } = only.shape;
  return {
    language,
    asked: spanText(spanOf(only.expression.at)),
    when,
    word: language === 'python' ? 'None' : when === 'null' ? 'null' : 'undefined',
  };
}

function languageOf(name: string): 'python' | 'javascript' | null {
  if (/^python(3(\.\d{1,2})?)?$/.test(name)) return 'python';
  return name === 'node' || name === 'nodejs' ? 'javascript' : null;
}

interface InlineScript {
  readonly word: Word;
  /** The value of the last expression is printed too. */
  readonly prints: boolean;
}

const INLINE: Readonly<Record<'python' | 'javascript', readonly string[]>> = {
  python: ['-c'],
  javascript: ['-e', '--eval'],
};
const PRINTING: readonly string[] = ['-p', '--print', '-pe'];

/** Can a script have such a call in it? `has` tells whether a word can stand there, however it is spelled. */
export function canPrintNull(has: (word: string) => boolean): boolean {
  const isGiven = (options: readonly string[]) => has('<<') || options.some(has);
  return (
    (has('python') && isGiven(INLINE.python)) || (has('node') && isGiven([...INLINE.javascript, ...PRINTING]))
  );
}

/** The script on the command line, or in the here-document that is its standard input. */
function scriptOf(
  language: LoadedLanguage & keyof typeof INLINE,
  args: readonly Word[],
  { redirects }: Call,
): InlineScript | null {
  const first = args.find((word) => !/^-[BEIOSsu]+$/.test(fixedText(word) ?? ''));
  const option = first === undefined ? null : fixedText(first);
  if (first === undefined || option === '-') {
    const input = redirects.findLast(({ descriptor }) => descriptor === 0);
    if (input?.operator !== '<<' && input?.operator !== '<<<') return null;
    return { word: input.target, prints: false };
  }
  const word = args[args.indexOf(first) + 1];
  if (!word || option === null) return null;
  if (INLINE[language].includes(option)) return { word, prints: false };
  return language === 'javascript' && PRINTING.includes(option) ? { word, prints: true } : null;
}

// --- programs without branches ---------------------------------------------------------------------------

interface Shown {
  readonly expression: Expression;
  readonly shape: Shape;
}

interface Run {
  readonly language: LoadedLanguage;
  /** By slot; a module or function of the library by its path. */
  readonly values: Map<string, Shape | string>;
  readonly printed: Shown[];
  /** True where something decides about what is printed that is not followed. */
  lost: boolean;
}

/** What a program prints that has no branch, loop or handler; null for any other, which may look at the value itself. */
function runStraight({ body, rules }: Program): { readonly printed: Shown[]; readonly last: Shown } | null {
  const run: Run = {
    language: rules.language === 'python' ? 'python' : 'javascript',
    values: new Map(),
    printed: [],
    lost: false,
  };
  let last: Shown | null = null;
  for (const node of body) {
    if (node.kind !== 'evaluate') return null;
    last = { expression: node.expression, shape: shapeOf(node.expression, run) };
  }
  return run.lost || !last ? null : { printed: run.printed, last };
}

function shapeOf(expression: Expression, run: Run): Shape {
  switch (expression.kind) {
    case 'literal':
      return expression.value === null ? { ...unknown, nothing: 'missing' } : unknown;
    case 'variable': {
      const value = run.values.get(expression.slot);
      return typeof value === 'object' ? value : unknown;
    }
    case 'text': {
      const parts = expression.parts.filter((part) => part.kind !== 'literal' || part.value !== '');
      const shapes = parts.map((part) => shapeOf(part, run));
      const [only] = shapes;
      return only && shapes.length === 1 ? { ...only, fixed: true } : unknown;
    }
    case 'member': {
      const object = shapeOf(expression.object, run);
      if (!object.json || run.language === 'python' || expression.name === 'length') return unknown;
      return { ...document, nothing: 'missing' };
    }
    case 'item': {
      const object = shapeOf(expression.object, run);
      shapeOf(expression.index, run);
      if (!object.json) return unknown;
      // Python raises a KeyError for a key that is not there.
      return { ...document, nothing: run.language === 'python' ? 'null' : 'missing' };
    }
    case 'or':
    case 'coalesce': {
      const left = shapeOf(expression.left, run);
      const right = shapeOf(expression.right, run);
      if (left.fixed) return left;
      return { json: left.json || right.json, nothing: right.nothing, fixed: false };
    }
    case 'assign':
      return assign(expression.target, expression.value, run);
    case 'several':
      return expression.parts.map((part) => shapeOf(part, run)).at(-1) ?? unknown;
    case 'invoke':
      return invoked(expression, run);
    case 'function':
      // A handler of what is read, such as that of `end`, is called in its time.
      for (const node of expression.body) {
        if (node.kind === 'evaluate') shapeOf(node.expression, run);
        else if (node.kind === 'return') {
          if (node.value) shapeOf(node.value, run);
        } else run.lost = true;
      }
      return unknown;
    case 'and':
      run.lost ||= isAction(expression.right);
      return unknown;
    case 'choose':
      run.lost ||= isAction(expression.then) || isAction(expression.otherwise);
      return unknown;
    default:
      return unknown;
  }
}

/** Whether to print may hang on what is looked at: `x && console.log(x)`. */
function isAction({ kind }: Expression): boolean {
  return kind === 'invoke' || kind === 'several';
}

function assign(target: Target, value: Expression, run: Run): Shape {
  const path = pathOf(value, run);
  const shape = shapeOf(value, run);
  bind(target, path ?? shape, run);
  return shape;
}

function bind(target: Target, value: Shape | string, run: Run): void {
  if (target.kind === 'variable') run.values.set(target.slot, value);
  if (target.kind !== 'record') return;
  const isDocument = typeof value === 'object' && value.json;
  for (const entry of target.entries)
    bind(entry.target, isDocument ? { ...document, nothing: 'missing' } : unknown, run);
}

/** What of the library an expression names: `json.load`; null for anything else. */
function pathOf(expression: Expression, run: Run): string | null {
  switch (expression.kind) {
    case 'library':
      return expression.path;
    case 'variable': {
      const value = run.values.get(expression.slot);
      if (value !== undefined) return typeof value === 'string' ? value : null;
      return expression.library;
    }
    case 'member': {
      const object = pathOf(expression.object, run);
      return object === null ? null : `${object}.${expression.name}`;
    }
    case 'invoke':
      return importedPath(expression);
    default:
      return null;
  }
}

function invoked(call: Invocation, run: Run): Shape {
  const { callee, args } = call;
  const path = pathOf(callee, run);
  const shapes = args.map(({ value }) => shapeOf(value, run));
  const [first] = args;
  switch (path) {
    case 'json.load':
    case 'json.loads':
    case 'JSON.parse':
      return document;
    case 'module.load':
      return first?.value.kind === 'literal' && String(first.value.value).endsWith('.json')
        ? document
        : unknown;
    case 'str':
    case 'String':
      return { ...(shapes[0] ?? unknown), fixed: true };
    case 'print':
    case 'console.log':
      print(call, shapes, run);
      return unknown;
    case 'sys.exit':
    case 'exit':
    case 'process.exit':
    case 'sys.stdout.write':
    case 'process.stdout.write':
      // These take no nothing, or end the program by something that is not followed.
      run.lost = true;
      return unknown;
    default:
      return ofValue(callee, shapes, run);
  }
}

function print({ args }: Invocation, shapes: readonly Shape[], run: Run): void {
  if (args.some(({ name }) => name === 'file')) return;
  const values = args.filter(({ name }) => name === null);
  const [only] = values;
  const shape = only && shapes[args.indexOf(only)];
  if (!only || !shape || values.length > 1 || only.spread !== null) run.lost = true;
  else run.printed.push({ expression: only.value, shape });
}

/** A method of a value: `get` of a dictionary gives its second argument, or nothing, where there is no such key. */
function ofValue(callee: Expression, args: readonly Shape[], run: Run): Shape {
  if (callee.kind !== 'member') return unknown;
  const object = shapeOf(callee.object, run);
  if (run.language === 'python' && callee.name === 'get' && object.json) {
    const [, otherwise] = args;
    const isNothing = otherwise === undefined || otherwise.nothing !== null;
    // The second argument is for a key that is not there, and not for one whose value is null.
    return { ...document, nothing: isNothing ? 'missing' : 'null' };
  }
  return callee.optional ? { ...unknown, json: object.json, nothing: object.nothing } : unknown;
}
