/** What may become of a job without a secret, the worst first. */
export const verdicts = [
  /** Green, and work is not done. */
  'fails-open',
  /** What fails for want of it is swallowed. */
  'masked',
  'not-judged',
  /** Green without the work on an event that cannot have the secret, as it may be. */
  'soft-on-forks',
  /** Green, and the job does without it: all its work, or other work in its place. */
  'optional',
  /** Red on every path where it is missed. */
  'fails-closed',
  /** It reaches the job, and nothing there can read it. */
  'unused',
] as const;
export type Verdict = (typeof verdicts)[number];
