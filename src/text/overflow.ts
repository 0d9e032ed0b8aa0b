/**
 * Whether an error says that the stack is used up, as engines do in their own words. What recurses over a tree of the
 * input has a bound of its own where one fits; this is for the rest, of which nobody can say how much stack is left.
 */
export function isStackOverflow(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /call stack size exceeded|too much recursion/i.test(error.message);
}
