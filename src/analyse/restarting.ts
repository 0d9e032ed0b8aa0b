import type { Repository } from '../text/repository.js';
import type { Files } from './checkout.js';
import { newActionLedger, newLedger, Restart } from './ledger.js';

/** How often a run may begin again without a script that costs too much. Each leaves out at least one. */
const MAX_RESTARTS = 4;

/** Runs what follows files of a repository, again without those that are found to cost too much; null: there are none. */
export function followingFiles<Result>(
  repository: Repository | null,
  run: (files: Files | null) => Result,
): Result {
  if (!repository) return run(null);
  const files = { repository, ledger: newLedger(), actions: newActionLedger() };
  for (let round = 0; round < MAX_RESTARTS; round++) {
    try {
      return run(files);
    } catch (error) {
      if (!(error instanceof Restart)) throw error;
    }
  }
  files.ledger.closed = true;
  files.actions.closed = true;
  return run(files);
}
