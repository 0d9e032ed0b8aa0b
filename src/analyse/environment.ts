import type { Env, EnvEntry } from '../model/model.js';
import { interpolate, type Scope } from './expressions.js';
import { certainlyFull, fewerByChance } from './joining.js';
import type { State } from './state.js';
import { emptyValue, sameValue, unknownValue, type Value } from './values.js';

/** The values of an `env:` on one path. */
export interface Environment {
  readonly state: State;
  readonly values: Map<string, Value>;
}

/** The values of an `env:` on this path. `under` holds what is there already; an entry of the same name wins. */
export function interpolateEnv(
  env: Env,
  under: ReadonlyMap<string, Value>,
  start: State,
  scope: Scope,
): Environment[] {
  let open: Environment[] = [{ state: start, values: new Map(under) }];
  for (const entry of env) {
    open = open.flatMap((path) => {
      const results = interpolate(entry.value, path.state, scope);
      return results.map((result) => {
        const values = results.length === 1 ? path.values : new Map(path.values);
        // An expression that cannot be evaluated leaves an empty text where it does not fail the step (semantics 4.16).
        values.set(entry.name, result.value ?? emptyValue);
        return { state: result.state, values };
      });
    });
    open = fewerByChance(open, lacksIn, (one, others) => oneOf(one, others, entry));
  }
  return open;
}

/** Which variables lack which secrets: that must not be forgotten. */
function lacksIn({ values }: Environment): string {
  return [...values]
    .map(([name, { lacks }]) => (lacks.length > 0 ? `${name}:${lacks.join()}` : ''))
    .join('|');
}

/** What differs between the environments is unknown from here on. */
function oneOf(one: Environment, others: readonly Environment[], { key }: EnvEntry): Environment {
  const values = new Map(one.values);
  for (const [name, value] of values) {
    const all = [value, ...others.map((other) => other.values.get(name) ?? emptyValue)];
    if (all.every((other) => sameValue(other, value))) continue;
    const id = `env.${name} up to ${key.span.source.path}:${key.span.start}`;
    values.set(name, unknownValue(id, value.lacks, all.every(certainlyFull)));
  }
  return { state: one.state, values };
}
