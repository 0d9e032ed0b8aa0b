import type { Place } from '../../../text/script.js';
import type { Expression } from '../../compute.js';
import { literal } from './frame.js';
import { ENVIRONMENT } from './variables.js';

/** `[T]::member` and `[T]::method(…)` (`args` null for a member). The few that guards are made of have a meaning here. */
export function lowerStatic(
  type: string,
  name: string,
  args: readonly Expression[] | null,
  at: Place,
): Expression {
  const [first, second] = args ?? [];
  const path = `${type}.${name}`;
  switch (path) {
    case 'string.empty':
      return literal('', at);
    case 'string.isnullorempty':
    case 'string.isnullorwhitespace':
      if (first) return { kind: 'is-empty', blank: name === 'isnullorwhitespace', value: first, at };
      break;
    case 'string.concat':
      if (args) return { kind: 'text', parts: args, at };
      break;
    case 'environment.getenvironmentvariable':
      if (first)
        return {
          kind: 'item',
          object: { kind: 'library', path: ENVIRONMENT, at },
          index: first,
          optional: false,
          at,
        };
      break;
    case 'environment.setenvironmentvariable':
      if (first && second) {
        const target = {
          kind: 'item',
          object: { kind: 'library', path: ENVIRONMENT, at },
          index: first,
          at,
        } as const;
        return { kind: 'assign', target, value: second, at };
      }
      break;
  }
  const library: Expression = { kind: 'library', path, at };
  if (!args) return library;
  return {
    kind: 'invoke',
    callee: library,
    args: args.map((value) => ({ name: null, value, spread: null })),
    at,
  };
}
