import type { ConstantCondition } from '../../analyse/constant.js';
import type { Mend } from './subject.js';

/**
 * The ways to mend a condition that text around its `${{ }}` makes true, which becomes one expression, or one that asks for a
 * failure and is never asked after one.
 */
export function fenceMends({ reason, span, step, job }: ConstantCondition): Mend[] {
  if (reason.kind !== 'text-around' && reason.kind !== 'implied-success') return [];
  const condition = step ? step.if : job?.if;
  const scalar = condition?.template.scalar;
  if (!scalar) return [];
  const { source } = span;
  if (scalar.style === 'literal' || scalar.style === 'folded') {
    if (reason.kind !== 'text-around') return [];
    // The line break goes that the block leaves behind the fence.
    const header = /^[|>][0-9]?[ \t]*(#.*)?\r?\n/.exec(source.text.slice(span.start));
    if (reason.only !== 'line-break' || !header) return [];
    const at = span.start + 1;
    return [{ edits: [{ span: { source, start: at, end: at }, text: '-' }] }];
  }
  const mended = reason.kind === 'text-around' ? reason.mended : `!cancelled() && (${reason.condition})`;
  const isOneLine = !/[\r\n]/.test(source.text.slice(span.start, span.end));
  if (mended === null || !isOneLine || /: | #|[\r\n]/.test(mended)) return [];
  return [{ edits: [{ span, text: `\${{ ${mended} }}` }] }];
}
