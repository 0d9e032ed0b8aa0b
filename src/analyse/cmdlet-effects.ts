// Cmdlets that do something outside, or may.

import { commandEffect } from '../facts/commands.js';
import { allLacks, type Bound, failureOf, failWith, isOn } from './cmdlet-call.js';
import { PRIVATE } from './constraints.js';
import { madeOf } from './evaluate.js';
import { type Machine, siteName, workKey } from './machine.js';
import type { Result } from './raising.js';
import { addWork, record, type State } from './state.js';
import {
  cellOf,
  lacksOf,
  nothing,
  type Thing,
  textOfThing,
  thingName,
  unknownThing,
  walkThing,
} from './things.js';
import { textOf, union, type Value } from './values.js';

function done(bound: Bound, name: string, state: State, machine: Machine): void {
  const { at } = bound.command.expression;
  const rehearsal = isOn(bound.named.get('whatif'), state, machine);
  addWork(state, {
    key: `${workKey(at, state, machine)}${rehearsal ? ':rehearsal' : ''}`,
    name,
    where: at,
    step: machine.step,
    rehearsal,
  });
}

export function runOther(bound: Bound, state: State, machine: Machine): Result[] {
  const { cmdlet, named, rest, input, command } = bound;
  const given = [...named.values(), ...rest, ...(input ? [input] : [])];
  const lacks = allLacks(given, state);
  if (lacks.length > 0 && cmdlet.whenMissing === 'throws') {
    const failure = failureOf(bound, lacks, false, state, machine);
    record(state, { kind: 'failure', failure });
    return failWith(bound, failure, state, machine);
  }
  if (cmdlet.effect === 'work') done(bound, bound.written, state, machine);
  const site = siteName(command.expression.at, state, machine);
  const id = madeOf(`result of ${cmdlet.name}`, given, site);
  return [{ state, thing: unknownThing(id, lacks, { origin: `${cmdlet.name}()` }) }];
}

/** Parameters whose value is what a request says, not who says it. */
const BODY: ReadonlySet<string> = new Set(['body', 'form', 'infile', 'outfile', 'contenttype', 'method']);
const CREDENTIAL = /token|secret|key|pass|auth|sign|cred/i;

/** A request: what it is refused is an error, unless it is told to take no notice. */
export function request(bound: Bound, state: State, machine: Machine): Result[] {
  const { named, rest, command } = bound;
  let lacks: readonly string[] = [];
  for (const [name, thing] of [...named, ...rest.map((one) => ['', one] as const)])
    walkThing(thing, state, (inner, key) => {
      const plain = BODY.has(name) && !CREDENTIAL.test(key ?? '');
      if (!plain && !thingName(inner).includes(PRIVATE)) lacks = union(lacks, lacksOf(inner, state));
    });
  const site = siteName(command.expression.at, state, machine);
  if (lacks.length > 0) {
    const silent =
      isOn(named.get('skiphttperrorcheck'), state, machine) && !isEmptyUri(named.get('uri'), state, machine);
    const failure = failureOf(bound, lacks, silent, state, machine);
    record(state, { kind: 'failure', failure });
    if (!silent) return failWith(bound, failure, state, machine);
    const thing = unknownThing(`${PRIVATE}answer ${site}`, lacks, { full: true, refused: failure });
    return [{ state, thing }];
  }
  done(bound, bound.written, state, machine);
  return [
    {
      state,
      thing: unknownThing(`answer ${site}`, allLacks([...named.values()], state), { origin: 'answer()' }),
    },
  ];
}

function isEmptyUri(uri: Thing | undefined, state: State, machine: Machine): boolean {
  return !uri || textOf(textOfThing(uri, state, machine.rules)) === '';
}

/** `Start-Process x`: how the program ends, and whether it needed the secret, is nobody's error. */
export function startProcess(bound: Bound, state: State, machine: Machine): Result[] {
  const { named, rest, command } = bound;
  const { rules } = machine;
  const file = textOfThing(named.get('filepath') ?? nothing, state, rules);
  const text = textOf(file)?.replaceAll('\\', '/') ?? null;
  const name = text === null ? null : text.slice(text.lastIndexOf('/') + 1).replace(/\.exe$/i, '');
  const given = [named.get('argumentlist') ?? nothing, ...rest];
  const words = given.flatMap((thing): Value[] => {
    const cell = cellOf(thing, state);
    if (cell?.kind === 'list' && cell.exact) return cell.items.map((item) => textOfThing(item, state, rules));
    return thing.kind === 'nothing' ? [] : [textOfThing(thing, state, rules)];
  });
  const lacks = allLacks(given, state);
  const effect = name === null ? 'work' : commandEffect(name, words.map(textOf));
  const site = siteName(command.expression.at, state, machine);
  const passes = isOn(named.get('passthru'), state, machine);
  if (lacks.length > 0 && effect === 'work') {
    const failure = { ...failureOf(bound, lacks, true, state, machine), name: name ?? bound.written };
    record(state, { kind: 'failure', failure });
    const thing = unknownThing(`${PRIVATE}process ${site}`, lacks, { full: true, refused: failure });
    return [{ state, thing: passes ? thing : nothing }];
  }
  if (effect === 'work') done(bound, name ?? bound.written, state, machine);
  const thing = unknownThing(`process ${site}`, lacks, { full: true, origin: 'process()' });
  return [{ state, thing: passes ? thing : nothing }];
}
