import type { Statement } from '../../../parse/javascript/tree.js';
import type { Expression } from '../../compute.js';
import type { Block, Node } from '../../program.js';
import { lowerExpression, placed } from './expressions.js';
import { declareName, type Lowering, unsupported, within } from './scopes.js';
import { assigned, inLoop, lowerBlock, once, sequence, testOf } from './statements.js';

/**
 * A `switch` is a loop of one round that `break` leaves. A case runs where it matches, or where the one before it
 * was not left: what matched is kept in a variable.
 */
export function lowerSwitch(
  statement: Extract<Statement, { kind: 'switch' }>,
  label: string | null,
  outer: Lowering,
): Block {
  const at = placed(statement, outer);
  const lowering = within(outer);
  const { cases } = statement;
  if (cases.some((one, index) => one.test === null && index < cases.length - 1)) {
    unsupported("a 'default' before other cases is not modelled", at, lowering);
    return [];
  }
  const subject = declareName('(subject)', lowering);
  const matched = declareName('(matched)', lowering);
  const read = (slot: string): Expression => ({ kind: 'variable', slot, library: null, at });
  const set = (slot: string, value: Expression): Node =>
    assigned({ kind: 'variable', slot, at }, value, value.at);
  const inside = inLoop({ label, breaks: true, continues: false }, within(lowering));
  const body: Node[] = [];
  let pending: Expression | null = null;
  for (const one of cases) {
    const caseAt = placed(one, lowering);
    const test: Expression = one.test
      ? {
          kind: 'compare',
          operator: 'same',
          left: read(subject),
          right: lowerExpression(one.test, lowering),
          at: placed(one.test, lowering),
        }
      : { kind: 'literal', value: true, at: caseAt };
    const either: Expression = pending ? { kind: 'or', left: pending, right: test, at: caseAt } : test;
    if (one.body.length === 0) {
      pending = either;
      continue;
    }
    pending = null;
    const runs: Expression = { kind: 'or', left: read(matched), right: either, at: either.at };
    const note = set(matched, { kind: 'literal', value: true, at: caseAt });
    body.push({
      kind: 'branch',
      test: testOf(runs),
      then: sequence([note, ...lowerBlock(one.body, inside)], caseAt),
      otherwise: null,
      at: caseAt,
    });
  }
  return [
    set(subject, lowerExpression(statement.subject, lowering)),
    set(matched, { kind: 'literal', value: false, at }),
    once(body, at),
  ];
}
