import { decodeEscapes } from './escapes.js';
import type { Invocation } from './invocation.js';
import { assign, emit, ended, type Machine, siteName } from './machine.js';
import { type State, status, success } from './state.js';
import { concat, constant, derived, emptyValue, lacking, textOf, type Value } from './values.js';

/** `echo`: dash always reads escapes and knows only `-n`; bash reads them with `-e`. */
export function echo({ args, lacks }: Invocation, state: State, machine: Machine): State[] {
  const flags = machine.dash ? /^-n$/ : /^-[neE]+$/;
  let from = 0;
  let newline = true;
  let escapes = machine.dash;
  for (const arg of args) {
    const text = textOf(arg);
    if (text === null || !flags.test(text) || (machine.dash && from > 0)) break;
    for (const flag of text.slice(1)) {
      if (flag === 'n') newline = false;
      else escapes = flag === 'e';
    }
    from++;
  }
  const words = args.slice(from).flatMap((arg, i) => (i === 0 ? [arg] : [constant(' '), arg]));
  const joined = concat(words);
  // Of the shells that go by the name of sh some read escapes and options here, some do not.
  const varies =
    machine.dash && args.some((arg) => textOf(arg) !== null && /\\|^-[eE]/.test(textOf(arg) ?? ''));
  if (varies) {
    emit(state, lacking(derived('echo', args), lacks));
    return ended(state, success);
  }
  if (!escapes) {
    emit(state, lacking(concat([joined, constant(newline ? '\n' : '')]), lacks));
    return ended(state, success);
  }
  const decoded = decodePieces(joined, machine.dash ? 'dash' : 'echo');
  emit(state, lacking(concat([decoded.value, constant(newline && !decoded.stops ? '\n' : '')]), lacks));
  return ended(state, success);
}

/** Escapes of the literal pieces; those that an unknown may hold are not seen. */
function decodePieces(value: Value, style: 'dash' | 'echo'): { value: Value; stops: boolean } {
  const pieces: Value[] = [];
  for (const piece of value.pieces) {
    if (typeof piece !== 'string') {
      pieces.push({ pieces: [piece], lacks: value.lacks });
      continue;
    }
    const decoded = decodeEscapes(piece, style);
    if (decoded === null) return { value: derived('escapes', [value]), stops: false };
    pieces.push(constant(decoded.text, value.lacks));
    if (decoded.stops) return { value: concat(pieces), stops: true };
  }
  return { value: lacking(concat(pieces), value.lacks), stops: false };
}

export function printf(invocation: Invocation, state: State, machine: Machine): State[] {
  let { args } = invocation;
  let target: string | null = null;
  if (!machine.dash && textOf(args[0] ?? emptyValue) === '-v') {
    target = textOf(args[1] ?? emptyValue);
    args = args.slice(2);
  }
  if (textOf(args[0] ?? emptyValue) === '--') args = args.slice(1);
  const [template, ...rest] = args;
  if (!template) return ended(state, status(2));
  const site = siteName(invocation.call.at, state, machine);
  const printed = formatted(template, rest, site, machine.dash);
  if (target && /^[A-Za-z_]\w*$/.test(target)) assign(state, target, printed.value);
  else if (target) return ended(state, success);
  else emit(state, lacking(printed.value, invocation.lacks));
  return ended(state, status(printed.failed ? 1 : 0));
}

/** The format is used again while arguments are left. `failed`: an argument is no number. */
function formatted(
  template: Value,
  args: readonly Value[],
  site: string,
  dash: boolean,
): { value: Value; failed: boolean } {
  const format = textOf(template);
  if (format === null) return { value: derived('printf', [template, ...args]), failed: false };
  const unknown = { value: derived(`printf ${site}`, args), failed: false };
  const values: Value[] = [];
  let failed = false;
  let next = 0;
  do {
    const before = next;
    for (let i = 0; i < format.length; ) {
      const percent = format.indexOf('%', i);
      const stop = percent < 0 ? format.length : percent;
      if (stop > i) {
        const decoded = decodeEscapes(format.slice(i, stop), dash ? 'dash printf' : 'printf');
        if (decoded === null) return unknown;
        values.push(constant(decoded.text));
        i = stop;
        continue;
      }
      if (format[i + 1] === '%') {
        values.push(constant('%'));
        i += 2;
        continue;
      }
      const [directive, flags = '', conversion = ''] =
        /^%([-+ #0-9.*]*)([A-Za-z(])/.exec(format.slice(i)) ?? [];
      if (directive === undefined || flags.includes('*')) return unknown;
      const given = args[next++];
      const one = convert(conversion, flags, given ?? null, site);
      values.push(one.value);
      failed ||= one.failed;
      i += directive.length;
    }
    if (next === before) break;
  } while (next < args.length);
  return { value: concat(values), failed };
}

function convert(
  conversion: string,
  flags: string,
  given: Value | null,
  site: string,
): { value: Value; failed: boolean } {
  const arg = given ?? emptyValue;
  const text = textOf(arg);
  if (conversion === 's') {
    if (flags === '') return { value: arg, failed: false };
    if (text !== null && /^-?[1-9]\d{0,3}$/.test(flags)) {
      const width = Math.abs(Number(flags));
      const padded = flags.startsWith('-') ? text.padEnd(width) : text.padStart(width);
      return { value: constant(padded, arg.lacks), failed: false };
    }
  }
  if (conversion === 'b' && flags === '' && text !== null && !text.includes('\\'))
    return { value: arg, failed: false };
  if ('di'.includes(conversion) && text !== null) {
    const number = text === '' && given === null ? '0' : text;
    if (flags === '' && /^-?(0|[1-9]\d{0,14})$/.test(number))
      return { value: constant(number, arg.lacks), failed: false };
    // Anything else that is no number at all: it prints what it can, and the status is 1.
    if (!/^\s*[-+]?(\d|0[xX])/.test(number) && !/^["']/.test(number))
      return { value: derived(`%${conversion} ${site}`, [arg], true), failed: number !== '' };
  }
  return { value: derived(`%${flags}${conversion}`, [arg], 'diouxX'.includes(conversion)), failed: false };
}
