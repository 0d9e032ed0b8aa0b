/**
 * How many of `draws` generated inputs a test takes: all of them, but in the slow tests of `npm run mutation`, which runs them anew
 * for every mutant (`SHARE_OF_DRAWS`).
 */
export function share(draws: number): number {
  return Math.ceil(draws * Number(process.env.SHARE_OF_DRAWS ?? 1));
}
