/** What a forge says of a repository, as its owner has it from the API: nothing here was asked for over a network. */
export interface ForgeFacts {
  readonly protections: readonly Protection[];
  readonly issues: readonly IssueFact[];
}

/** The checks that a merge into some branches needs. */
export interface Protection {
  /** The file that says so, as it was named. */
  readonly file: string;
  /** GitHub names a check by its job; Gitea and Forgejo by `workflow / job (event)`, where `*` stands for any text. */
  readonly forge: 'github' | 'gitea';
  /** The branch, or the pattern of branches; null where the answer does not say. */
  readonly branch: string | null;
  /** The required contexts; none where the branch is protected and needs no check. */
  readonly contexts: readonly string[];
}

export interface IssueFact {
  readonly number: number;
  /** `owner/name`, lower case; null where the answer does not say. */
  readonly repository: string | null;
  readonly open: boolean;
  /** The day on which it was opened, `2026-11-22`. */
  readonly opened: string;
}

export const noForgeFacts: ForgeFacts = { protections: [], issues: [] };
