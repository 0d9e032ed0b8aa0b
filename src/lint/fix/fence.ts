import type { ConstantCondition } from '../../analyse/constant.js';
import type { Template } from '../../model/model.js';
import type { Mend } from './subject.js';

/**
 * The ways to mend a condition that is always the same: text around its `${{ }}`, which makes it true, becomes one
 * expression with it; a failure is asked for after one too; a text is compared again, and like with like.
 */
export function fenceMends(found: ConstantCondition): Mend[] {
  const { reason, step, job } = found;
  const condition = step ? step.if : job?.if;
  const scalar = condition?.template.scalar;
  if (!scalar) return [];
  switch (reason.kind) {
    case 'text-around':
      return wholeMends(found, scalar, reason.mended, reason.only === 'line-break');
    case 'implied-success':
      return wholeMends(found, scalar, `!cancelled() && (${reason.condition})`, false);
    case 'text-is-true':
    case 'unlike':
      return reason.mended === null ? [] : partMends(found, scalar, reason.mended);
    default:
      return [];
  }
}

type Scalar = Template['scalar'];

function wholeMends(
  { span }: ConstantCondition,
  { style }: Scalar,
  mended: string | null,
  isLineBreak: boolean,
): Mend[] {
  const { source } = span;
  if (style === 'literal' || style === 'folded') {
    // The line break goes that the block leaves behind the fence.
    const header = /^[|>][0-9]?[ \t]*(#.*)?\r?\n/.exec(source.text.slice(span.start));
    if (!isLineBreak || !header) return [];
    const at = span.start + 1;
    return [{ edits: [{ span: { source, start: at, end: at }, text: '-' }] }];
  }
  const isOneLine = !/[\r\n]/.test(source.text.slice(span.start, span.end));
  if (mended === null || !isOneLine || /: | #|[\r\n]/.test(mended)) return [];
  return [{ edits: [{ span, text: `\${{ ${mended} }}` }] }];
}

/** The part that decides, in other words; quotes of YAML around the condition must not end in it. */
function partMends({ witness }: ConstantCondition, { style }: Scalar, mended: string): Mend[] {
  const [part] = witness;
  if (!part || /: | #|[\r\n]/.test(mended)) return [];
  const { source, start, end } = part.span;
  const isQuoted = style === 'single' ? mended.includes("'") : style === 'double' && /["\\]/.test(mended);
  if (isQuoted || /[\r\n]/.test(source.text.slice(start, end))) return [];
  return [{ edits: [{ span: part.span, text: mended }] }];
}
