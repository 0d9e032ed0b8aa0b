// Which parameter of a function or script of PowerShell each argument is for.

import type { ParameterSlot } from '../program/compute.js';
import type { Commanded, GivenArgument } from './commanding.js';
import type { Args } from './functions.js';
import { booleanThing, type Thing, textThing } from './things.js';
import { textOf, type Value } from './values.js';

/** The words after `pwsh -File x.ps1`, as arguments. */
export function argumentsIn(words: readonly Value[]): readonly GivenArgument[] {
  return words.map((word): GivenArgument => {
    const written = /^-[A-Za-z]\w*$/.exec(textOf(word) ?? '')?.[0];
    const name = written?.slice(1).toLowerCase();
    return written === undefined || name === undefined
      ? { kind: 'value', thing: textThing(word) }
      : { kind: 'named', name, written, thing: null };
  });
}

/** Names may be shortened; a switch takes no value, nor an argument without a name (about_Parameters). */
export function argumentsFor(
  parameters: readonly ParameterSlot[],
  { args, open, input }: Pick<Commanded, 'args' | 'open' | 'input'>,
): Args {
  const values: Thing[] = [];
  const named = new Map<string, Thing>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (!arg) break;
    if (arg.kind === 'value') {
      values.push(arg.thing);
      continue;
    }
    const parameter =
      parameters.find((one) => one.name === arg.name) ??
      parameters.find((one) => one.name.startsWith(arg.name));
    const next = args[i + 1];
    const name = parameter?.name ?? arg.name;
    if (arg.thing) named.set(name, arg.thing);
    else if ((parameter && isSwitch(parameter)) || next?.kind !== 'value')
      named.set(name, booleanThing(true));
    else {
      named.set(name, next.thing);
      i++;
    }
  }
  if (input) values.push(input);
  for (const parameter of parameters)
    if (isSwitch(parameter) && !named.has(parameter.name)) named.set(parameter.name, booleanThing(false));
  return { positional: values, named, open };
}

function isSwitch({ initial }: ParameterSlot): boolean {
  return initial?.kind === 'literal' && initial.value === false;
}
