import type { ShellTest } from '../../../parse/shell.js';
import type { Condition } from '../../program.js';
import { deeper, type Frame, placeOf } from '../frame.js';
import { lowerWord, PATTERN, PLAIN, SINGLE } from './words.js';

/** Lowers what stands in `[[ … ]]`. A lone word tests as `-n`; `=` is `==`. */
export function lowerCondition(frame: Frame, test: ShellTest): Condition {
  const at = placeOf(frame, test.pos, test.end);
  const tooDeep = (): Condition => {
    const nothing = { kind: 'word', parts: [], assignment: null, at } as const;
    return { kind: 'unary', operator: 'unknown', operand: nothing, at };
  };
  return deeper<Condition>(frame, 1, at, tooDeep, () => {
    switch (test.type) {
      case 'TestUnary':
        return {
          kind: 'unary',
          operator: test.operator,
          operand: lowerWord(frame, test.operand, SINGLE),
          at,
        };
      case 'TestBinary': {
        const operator = test.operator === '=' ? '==' : test.operator;
        const left = lowerWord(frame, test.left, SINGLE);
        const style = operator === '=~' ? PLAIN : operator === '==' || operator === '!=' ? PATTERN : SINGLE;
        return { kind: 'binary', operator, left, right: lowerWord(frame, test.right, style), at };
      }
      case 'TestLogical': {
        const operands = test.operands.map((operand) => lowerCondition(frame, operand));
        return { kind: test.operator === '&&' ? 'and' : 'or', operands, at };
      }
      case 'TestNot': {
        const operand = lowerCondition(frame, test.operand);
        return test.negations.length % 2 === 0 ? operand : { kind: 'not', operand, at };
      }
      case 'TestGroup':
        return lowerCondition(frame, test.expression);
    }
  });
}
