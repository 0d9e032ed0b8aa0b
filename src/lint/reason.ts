/** A reason that says something: it has a word in it and does not begin with what stands for one still to be given. */
export const reasonPattern = '^(?!\\s*(?:TODO|FIXME|TBD)\\b)[^\\p{L}]*\\p{L}';

const reason = new RegExp(reasonPattern, 'u');

/** Whether a text can stand where a reason is due. */
export function isReason(text: string): boolean {
  return reason.test(text);
}

/** A day as `2027-01-31`, which the calendar has. */
export function isDay(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!match) return false;
  const [year, month, day] = match.slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
