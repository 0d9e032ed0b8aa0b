// What the library does with texts and numbers.

import type { Meaning } from '../facts/library.js';
import { containsItem } from './comparing.js';
import { ask, isEmpty, known, negate, type Question, resolve } from './constraints.js';
import { lettersOf, listOf, raiseError } from './evaluate.js';
import {
  computed,
  type LibraryCall,
  type MeaningOf,
  operand,
  operands,
  operandText,
} from './library-call.js';
import { type Machine, siteName } from './machine.js';
import { type Result, raise } from './raising.js';
import type { State } from './state.js';
import {
  allocate,
  booleanThing,
  cellOf,
  knownText,
  lacksOf,
  listCell,
  noValue,
  numberThing,
  recordCell,
  someList,
  type Thing,
  textOfThing,
  textThing,
  thingName,
} from './things.js';
import {
  concat,
  constant,
  derived,
  emptyValue,
  hole,
  nameOf,
  soleHole,
  textOf,
  union,
  type Value,
} from './values.js';

type TextMeaning =
  | 'text'
  | 'number'
  | 'length'
  | 'strip'
  | 'strip-start'
  | 'strip-end'
  | 'lower'
  | 'upper'
  | 'split'
  | 'join'
  | 'replace'
  | 'replace-first'
  | 'replace-any-case'
  | 'starts-with'
  | 'ends-with'
  | 'includes'
  | 'same-emptiness'
  | 'other-case'
  | 'parse';

const texts = (call: LibraryCall, state: State, machine: Machine): readonly Value[] =>
  operands(call).map((thing) => textOfThing(thing, state, machine.rules));

/** A secret that is there is taken to be one word without blanks around it. */
function isSecret(value: Value): boolean {
  return soleHole(value)?.id.startsWith('secrets.') ?? false;
}

/** A function of one text: computed where it is known; `kept`: a secret comes out as it is. */
function ofText(compute: (text: string) => string, fullStaysFull: boolean, kept = false): MeaningOf {
  return (call, state, machine) => {
    const value = operandText(call, 0, state, machine);
    const text = textOf(value);
    if (text !== null && operands(call).length === 1)
      return [{ state, thing: textThing(constant(compute(text), value.lacks)) }];
    if (text === '') return [{ state, thing: textThing(value) }];
    if (kept && isSecret(value)) return [{ state, thing: textThing(value) }];
    const full = fullStaysFull && isEmpty(state.constraints, value).answer === false;
    return [{ state, thing: textThing(derived(call.path, [value], full || isSecret(value))) }];
  };
}

/** What ends a line for `splitlines`. */
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

const split: MeaningOf = (call, state, machine) => {
  const value = operand(call, 0);
  const [, separator] = operands(call);
  const site = siteName(call.at, state, machine);
  const text = knownText(value, state);
  const by = separator ? knownText(separator, state) : null;
  const lacks = lacksOf(value, state);
  const lines = call.path.endsWith('lines');
  if (text === null || (separator && (by === null || by === '')))
    return [{ state, thing: allocate(someList(by !== null && by !== '', lacks), site, state) }];
  // JavaScript gives the whole text back then.
  if (!separator && machine.rules.language === 'javascript')
    return [{ state, thing: allocate(listCell([value], lacks), site, state) }];
  const parts = lines ? text.split(LINE_END) : by === null ? text.split(/\s+/) : text.split(by);
  // Without a separator blanks at the ends make no parts, nor does the end of the last line.
  const kept =
    by === null ? parts.filter((part, i) => part !== '' || (lines && i < parts.length - 1)) : parts;
  // How often it splits at most, and from which end.
  if (operands(call).length > 2 || call.args.named.size > 0)
    return [{ state, thing: allocate(someList(kept.length > 0, lacks), site, state) }];
  return [
    {
      state,
      thing: allocate(
        listCell(
          kept.map((part) => textThing(constant(part, lacks))),
          lacks,
        ),
        site,
        state,
      ),
    },
  ];
};

/** What Python does not join. */
const NO_TEXTS: ReadonlySet<Thing['kind']> = new Set(['nothing', 'boolean', 'number']);

const join: MeaningOf = (call, state, machine) => {
  const things = operands(call);
  const [a, b] = things;
  const [list, separator] = a && cellOf(a, state) ? [a, b] : [b, a];
  const cell = list ? listOf(list, state) : null;
  if (!cell?.exact)
    return [
      {
        state,
        thing: textThing(derived(`join ${siteName(call.at, state, machine)}`, texts(call, state, machine))),
      },
    ];
  if (machine.rules.absent === 'throws' && cell.items.some((item) => NO_TEXTS.has(item.kind)))
    return raiseError('TypeError', cell.lacks, call.at, state);
  const isGiven = separator && (separator.kind !== 'nothing' || separator.which === 'null');
  const between = isGiven ? textOfThing(separator, state, machine.rules) : constant(',');
  const parts = cell.items.flatMap((item, i) => {
    // JavaScript leaves out what is nothing, where Python has raised an error.
    const text = item.kind === 'nothing' ? emptyValue : textOfThing(item, state, machine.rules);
    return i === 0 ? [text] : [between, text];
  });
  return [{ state, thing: textThing(concat(parts)) }];
};

/** Every place, only the first one, or every one whatever the case of its letters; null where that is not known. */
const REPLACED = {
  all: (text: string, old: string, other: string): string => text.replaceAll(old, () => other),
  first: (text: string, old: string, other: string): string => text.replace(old, () => other),
  'any case': replacedInAnyCase,
};

function replacedInAnyCase(text: string, old: string, other: string): string | null {
  const [lower, part] = [text.toLowerCase(), old.toLowerCase()];
  // A few letters are two in lower case.
  if (lower.length !== text.length || part.length !== old.length) return null;
  let result = '';
  let from = 0;
  for (let at = lower.indexOf(part); at >= 0; at = lower.indexOf(part, from)) {
    result += text.slice(from, at) + other;
    from = at + part.length;
  }
  return result + text.slice(from);
}

function replacing(how: keyof typeof REPLACED): MeaningOf {
  return (call, state, machine) => {
    const whole = operandText(call, 0, state, machine);
    const from = operandText(call, 1, state, machine);
    const to = operandText(call, 2, state, machine);
    const [text, old, other] = [textOf(whole), textOf(from), textOf(to)];
    const lacks = union(whole.lacks, union(from.lacks, to.lacks));
    // A number of times, or how letters are compared; in JavaScript `$&` stands for what is replaced.
    const inserts = machine.rules.language === 'javascript' && other?.includes('$');
    const plain = operands(call).length <= 3 && !inserts;
    if (text !== null && old !== null && old !== '' && other !== null && plain) {
      const replaced = REPLACED[how](text, old, other);
      if (replaced !== null) return [{ state, thing: textThing(constant(replaced, lacks)) }];
    }
    if (text === '' && old !== '') return [{ state, thing: textThing(whole) }];
    return [{ state, thing: textThing(derived('replace', [whole, from, to], isSecret(whole))) }];
  };
}

/** A question that is told by nothing but its own words. */
function isSo(call: LibraryCall, state: State, machine: Machine): Result[] {
  const values = texts(call, state, machine);
  const question = ask(state.constraints, `${call.path} ${values.map(nameOf).join(' ')}`);
  const lacks = values.reduce<readonly string[]>((all, value) => union(all, value.lacks), []);
  return [{ state, thing: booleanThing(question, lacks) }];
}

function affix(test: (text: string, part: string) => boolean): MeaningOf {
  return (call, state, machine) => {
    const whole = operandText(call, 0, state, machine);
    const part = operandText(call, 1, state, machine);
    // From where on, or how letters are compared.
    if (operands(call).length > 2) return isSo(call, state, machine);
    const [text, other] = [
      textOf(resolve(state.constraints, whole)),
      textOf(resolve(state.constraints, part)),
    ];
    let question: Question = ask(state.constraints, `${call.path} ${nameOf(whole)} ${nameOf(part)}`);
    if (text !== null && other !== null) question = known(test(text, other));
    else if (text === '' && isEmpty(state.constraints, part).answer === false) question = known(false);
    return [{ state, thing: booleanThing(question, union(whole.lacks, part.lacks)) }];
  };
}

const includes: MeaningOf = (call, state, machine) => {
  const container = operand(call, 0);
  const item = operand(call, 1);
  if (operands(call).length > 2) return isSo(call, state, machine);
  const lacks = union(lacksOf(container, state), lacksOf(item, state));
  return [{ state, thing: booleanThing(containsItem(container, item, state, machine), lacks) }];
};

/** The whole number that a text's digits are; null where they are not all digits of that base. */
function wholeNumber(text: string, radix: number): number | null {
  if (!/^[-+]?[0-9a-z]{1,15}$/i.test(text)) return null;
  const isDigit = (digit: string) => Number.parseInt(digit, 36) < radix;
  if (![...text.replace(/^[-+]/, '')].every(isDigit)) return null;
  const number = Number.parseInt(text, radix);
  return Number.isSafeInteger(number) ? number : null;
}

/** A text as a number; what is none is an error where the facts say so. */
const number: MeaningOf = (call, state, machine) => {
  const [thing, base] = operands(call);
  if (!thing) return [{ state, thing: numberThing(0) }];
  if (thing.kind === 'number') return [{ state, thing }];
  const lacks = lacksOf(thing, state);
  const radix = base === undefined ? '10' : base.kind === 'number' ? textOf(base.value) : null;
  const text = knownText(thing, state)?.trim() ?? null;
  const whole = text === null ? null : wholeNumber(text, Number(radix));
  if (whole !== null) return [{ state, thing: numberThing(whole, lacks) }];
  if (thing.kind === 'nothing' && machine.rules.language === 'python')
    return raiseError('TypeError', lacks, call.at, state);
  const isNone = radix === '10' && text !== null && !/\d|inf|nan/i.test(text);
  if (isNone && call.fact.raises)
    return raise(state, { types: call.fact.raises, lacks, how: 'error', site: call.at, where: call.at });
  const id = `number(${[thing, ...(base ? [base] : [])].map(thingName).join()})`;
  return [{ state, thing: { kind: 'number', value: { pieces: [hole(id, { nonEmpty: true })], lacks } } }];
};

const length: MeaningOf = (call, state, machine) => {
  const thing = operand(call, 0);
  const cell = cellOf(thing, state);
  const lacks = lacksOf(thing, state);
  if (thing.kind === 'nothing') return raiseError('TypeError', lacks, call.at, state);
  const site = siteName(call.at, state, machine);
  const some = (id: string, full: boolean): Thing => ({
    kind: 'number',
    value: {
      pieces: [hole(id, { nonEmpty: true, atLeast: full ? 1 : 0, excludes: full ? ['0'] : [] })],
      lacks,
    },
  });
  if (cell?.kind === 'list')
    return [
      {
        state,
        thing: cell.exact ? numberThing(cell.items.length, lacks) : some(`length ${site}`, cell.full),
      },
    ];
  if (cell)
    return [
      { state, thing: cell.exact ? numberThing(cell.entries.size, lacks) : some(`size ${site}`, false) },
    ];
  if (thing.kind !== 'text') return [{ state, thing: some(`length(${thingName(thing)})`, false) }];
  const text = knownText(thing, state);
  if (text !== null) return [{ state, thing: numberThing(lettersOf(text, machine.rules).length, lacks) }];
  return [
    {
      state,
      thing: some(`length(${nameOf(thing.value)})`, isEmpty(state.constraints, thing.value).answer === false),
    },
  ];
};

/** JSON: a text that is none is an error. */
const parse: MeaningOf = (call, state, machine) => {
  const given = operand(call, 0);
  const lacks = lacksOf(given, state);
  const fails = () =>
    raise(state, { types: call.fact.raises, lacks, how: 'error', site: call.at, where: call.at });
  if (given.kind === 'nothing' && machine.rules.language === 'python')
    return raiseError('TypeError', lacks, call.at, state);
  // `JSON.parse(null)` gives null.
  if (given.kind === 'nothing' && given.which !== 'null') return fails();
  const text = knownText(given, state);
  if (text === null) return [{ state, thing: computed(call, state, machine) }];
  const site = siteName(call.at, state, machine);
  try {
    return [{ state, thing: jsonThing(JSON.parse(text), site, state) }];
  } catch {
    return fails();
  }
};

/** What a JSON text stands for. */
export function jsonThing(json: unknown, site: string, state: State): Thing {
  if (typeof json === 'boolean') return booleanThing(json);
  if (typeof json === 'number') return numberThing(json);
  if (typeof json === 'string') return textThing(constant(json));
  if (Array.isArray(json))
    return allocate(listCell(json.map((item, i) => jsonThing(item, `${site} #${i}`, state))), site, state);
  if (typeof json !== 'object' || json === null) return noValue;
  const entries = new Map<string, Thing>();
  for (const [key, value] of Object.entries(json))
    entries.set(key, jsonThing(value, `${site} .${key}`, state));
  return allocate(recordCell(entries), site, state);
}

export const textMeanings: Readonly<Record<TextMeaning & Meaning, MeaningOf>> = {
  text: (call, state, machine) => {
    const [value] = texts(call, state, machine);
    // `n.toFixed(2)`, `n.toString(16)`: in another form.
    if (value && call.receiver && call.args.positional.length > 0)
      return [{ state, thing: textThing(derived(call.path, texts(call, state, machine), true)) }];
    return [{ state, thing: textThing(value ?? constant('')) }];
  },
  number,
  length,
  strip: ofText((text) => text.trim(), false, true),
  'strip-start': ofText((text) => text.trimStart(), false, true),
  'strip-end': ofText((text) => text.trimEnd(), false, true),
  lower: ofText((text) => text.toLowerCase(), true),
  upper: ofText((text) => text.toUpperCase(), true),
  split,
  join,
  replace: replacing('all'),
  'replace-first': replacing('first'),
  'replace-any-case': replacing('any case'),
  'starts-with': affix((text, part) => text.startsWith(part)),
  'ends-with': affix((text, part) => text.endsWith(part)),
  includes,
  // `encode()` and the like: other text, but none of none.
  'same-emptiness': (call, state, machine) => {
    const value = operandText(call, 0, state, machine);
    const text = textOf(value);
    if (text !== null && /^[\x20-\x7e]*$/.test(text)) return [{ state, thing: textThing(value) }];
    const full = negate(isEmpty(state.constraints, value)).answer === true;
    return [
      { state, thing: isSecret(value) ? textThing(value) : textThing(derived(call.path, [value], full)) },
    ];
  },
  // Which letters change is not looked at.
  'other-case': (call, state, machine) => {
    const value = operandText(call, 0, state, machine);
    if (textOf(value) === '') return [{ state, thing: textThing(value) }];
    const full = isEmpty(state.constraints, value).answer === false;
    return [{ state, thing: textThing(derived(call.path, [value], full)) }];
  },
  parse,
};
