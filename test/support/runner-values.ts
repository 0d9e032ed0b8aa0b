// The values of expressions, as the runner of the tests compares them and puts them into texts.

export type Value = string | number | boolean | null;

/** Runners ignore the case of names. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Unlike types are compared as numbers (semantics 4.4); texts without regard to case. */
export function isEqual(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') return isSameName(left, right);
  if (typeof left === typeof right) return left === right;
  return numberOf(left) === numberOf(right);
}

function numberOf(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : value === '' ? 0 : Number(value);
}

export function isTrue(value: Value): boolean {
  return value !== null && value !== '' && value !== false && value !== 0;
}

export function textOf(value: Value): string {
  return value === null ? '' : String(value);
}
