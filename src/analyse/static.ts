import type { Expr } from '../parse/expression.js';
import { type Named, named, type Place } from './names.js';
import {
  anything,
  compared,
  equal,
  flag,
  literal,
  type Possible,
  type Possibles,
  simplified,
  someText,
  textOfPossible,
  truths,
} from './possible.js';

/**
 * Everything that the expression can evaluate to, whatever the event, the secrets and the steps before may be.
 * Linear in the expression: unknowns that belong together are not kept together.
 */
export function possibilities(expr: Expr, place: Place): Possibles {
  switch (expr.kind) {
    case 'literal':
      return [literal(expr.value)];
    case 'context':
    case 'index':
      return accessed(expr, place);
    case 'call':
      return called(expr, place);
    case 'not':
      return simplified(
        possibilities(expr.operand, place).flatMap((value) =>
          value.kind === 'error' ? [value] : truths(value).flatMap((answer) => flag(!answer)),
        ),
      );
    case 'compare':
      return compared(
        expr.operator,
        possibilities(expr.left, place),
        possibilities(expr.right, place),
        place.dialect,
      );
    case 'and':
    case 'or':
      return operandTaken(expr, place);
  }
}

/** `a && b` gives one of its operands (semantics 4.6). */
function operandTaken(expr: Extract<Expr, { kind: 'and' | 'or' }>, place: Place): Possibles {
  const stopsOn = expr.kind === 'or';
  const results: Possible[] = [];
  for (const [index, operand] of expr.operands.entries()) {
    const last = index === expr.operands.length - 1;
    let goesOn = false;
    for (const value of possibilities(operand, place)) {
      const answers = truths(value);
      const stops = value.kind === 'error' || answers.includes(stopsOn);
      if (last || stops) results.push(last ? value : narrowed(value, stopsOn));
      if (value.kind !== 'error' && answers.includes(!stopsOn)) goesOn = true;
    }
    if (!goesOn) break;
  }
  return simplified(results);
}

/** What is left of a value once it is known to count as true, or as false. */
function narrowed(value: Possible, answer: boolean): Possible {
  if (value.kind === 'some-text' && !answer) return { kind: 'text', text: '' };
  if (value.kind === 'some-text') return { ...value, may: (text) => text !== '' && value.may(text) };
  return value;
}

// --- contexts -----------------------------------------------------------------------------------------

function accessed(expr: Extract<Expr, { kind: 'context' | 'index' }>, place: Place): Possibles {
  const path = pathOf(expr);
  if (path) return nameOf(path, place).values;
  // What stands inside has to be evaluated all the same.
  const inside = expr.kind === 'index' ? [expr.object, ...(expr.key.kind === 'star' ? [] : [expr.key])] : [];
  const values = inside.map((inner) => possibilities(inner, place));
  const broken = values.find((inner) => inner.every(isError));
  return broken ?? [...values.flatMap((inner) => inner.filter(isError)), ...anything];
}

function isError(value: Possible): boolean {
  return value.kind === 'error';
}

/** What a name can hold here, and why; an error where the forge does not know the context in this place. */
export function nameOf(path: readonly string[], place: Place): Named {
  const [context = '', ...keys] = path;
  if (isAvailable(context, place)) return named(context, keys, place);
  const message = `the ${context} context is not available here`;
  return { values: [{ kind: 'error', cause: 'name', message }], note: null };
}

export function isAvailable(context: string, { dialect, site }: Place): boolean {
  return dialect.contexts[site].has(context) || context === 'infinity' || context === 'nan';
}

/** The lower-case path of an access with constant keys, `*` for a star: `['needs', '*', 'result']`; null for others. */
export function pathOf(expr: Expr): readonly string[] | null {
  const keys: string[] = [];
  let object = expr;
  while (object.kind === 'index') {
    const { key } = object;
    if (key.kind === 'star') keys.push('*');
    else if (key.kind === 'literal' && (typeof key.value === 'string' || typeof key.value === 'number'))
      keys.push(String(key.value).toLowerCase());
    else return null;
    object = object.object;
  }
  return object.kind === 'context' ? [object.name, ...keys.reverse()] : null;
}

// --- functions ----------------------------------------------------------------------------------------

function called(expr: Extract<Expr, { kind: 'call' }>, place: Place): Possibles {
  if (!place.dialect.functions.has(expr.name))
    return [{ kind: 'error', cause: 'name', message: `there is no function ${expr.name}()` }];
  const args = expr.args.map((arg) => possibilities(arg, place));
  const broken = args.find((values) => values.every(isError));
  if (broken) return broken;
  const errors = args.flatMap((values) => values.filter(isError));
  return simplified([...errors, ...resultOf(expr, args, place)]);
}

function resultOf(
  expr: Extract<Expr, { kind: 'call' }>,
  args: readonly Possibles[],
  place: Place,
): Possibles {
  const [first, second] = args;
  switch (expr.name) {
    case 'always':
      return flag(true);
    case 'success':
    case 'failure':
    case 'cancelled':
      return flag(null);
    case 'contains':
      return first && second ? flag(contains(first, second)) : anything;
    case 'startswith':
    case 'endswith':
      return first && second ? flag(affix(expr.name, first, second)) : anything;
    case 'format':
      return first ? formatted(first, args.length - 1) : anything;
    case 'fromjson':
      return first ? simplified(first.flatMap((value) => fromJson(value, place))) : anything;
    case 'join':
      return [someText()];
    case 'hashfiles':
      return place.step ? [someText()] : anything;
    case 'tojson':
      return [someText((text) => text !== '')];
    default:
      return anything;
  }
}

/** The one answer for all pairs of possibilities; null where it is not known. */
function forAll(
  left: Possibles,
  right: Possibles,
  answer: (a: Possible, b: Possible) => boolean | null,
): boolean | null {
  const answers = new Set<boolean | null>();
  for (const a of left) for (const b of right) answers.add(answer(a, b));
  const [only = null] = answers;
  return answers.size === 1 ? only : null;
}

function contains(haystack: Possibles, needle: Possibles): boolean | null {
  return forAll(haystack, needle, (outer, inner) => {
    if (outer.kind === 'anything' || outer.kind === 'error') return null;
    if (outer.kind === 'structure') return null;
    if (outer.kind === 'list')
      return outer.items.every((item) => equal(item, inner) === false) ? false : null;
    const text = textOfPossible(inner);
    // Everything contains the empty text (semantics 4.7).
    if (text === '') return true;
    const whole = textOfPossible(outer);
    if (text === null || whole === null) return null;
    return whole.toLowerCase().includes(text.toLowerCase());
  });
}

function affix(name: 'startswith' | 'endswith', subject: Possibles, part: Possibles): boolean | null {
  return forAll(subject, part, (outer, inner) => {
    if (outer.kind === 'anything' || outer.kind === 'error') return null;
    const text = textOfPossible(inner)?.toLowerCase() ?? null;
    if (text === '') return true;
    const whole = textOfPossible(outer)?.toLowerCase() ?? null;
    if (text === null) return null;
    if (whole !== null) return name === 'startswith' ? whole.startsWith(text) : whole.endsWith(text);
    if (outer.kind !== 'some-text' || outer.prefix === '' || name === 'endswith') return null;
    if (outer.prefix.startsWith(text)) return true;
    return text.startsWith(outer.prefix) ? null : false;
  });
}

/** Semantics 4.8: a placeholder without its argument is an error. */
function formatted(template: Possibles, given: number): Possibles {
  return template.flatMap((value): Possibles => {
    const text = textOfPossible(value);
    if (text === null) return value.kind === 'error' ? [value] : [someText()];
    const bare = text.replaceAll('{{', '').replaceAll('}}', '');
    const wanted = [...bare.matchAll(/\{(\d{1,6})\}/g)].map(([, index]) => Number(index));
    const missing = wanted.find((index) => index >= given);
    if (missing !== undefined)
      return [{ kind: 'error', cause: 'values', message: `format() has no argument for {${missing}}` }];
    if (wanted.length === 0 && !text.includes('{') && !text.includes('}')) return [{ kind: 'text', text }];
    const literalText = bare.replace(/\{\d{1,6}\}/g, '') !== '' || bare !== text;
    return [someText(literalText ? (candidate) => candidate !== '' : undefined)];
  });
}

function fromJson(value: Possible, { dialect }: Place): Possibles {
  if (value.kind === 'error' || value.kind === 'anything') return [value];
  const text = value.kind === 'text' ? value.text : value.kind === 'null' ? '' : null;
  if (text === null) return anything;
  try {
    return [jsonValue(JSON.parse(text))];
  } catch {
    // GitHub's reader is a lenient one: single quotes, comments.
    if (dialect.forge === 'github' && text.trim() !== '') return anything;
    const shown = text.trim() === '' ? 'of an empty text' : 'of text that is no JSON';
    return [{ kind: 'error', cause: 'values', message: `fromJSON() ${shown}` }];
  }
}

function jsonValue(json: unknown): Possible {
  if (json === null || typeof json === 'boolean' || typeof json === 'number' || typeof json === 'string')
    return literal(json);
  return Array.isArray(json) ? { kind: 'list', items: json.map(jsonValue) } : { kind: 'structure' };
}
