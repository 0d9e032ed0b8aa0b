import type { Host } from './host.js';
import { visible } from './report/text.js';

/** One line that tells what is being done, on a terminal and nowhere else. */
export interface Progress {
  show(text: string): void;
  /** Takes the line away, before anything else is written. */
  clear(): void;
}

const nothing: Progress = { show: () => {}, clear: () => {} };

// What moves the cursor to the beginning of the line and empties it (ECMA-48).
const EMPTIED = '\r\u001b[2K';

/** Progress on standard error; where that is no terminal, nothing is written. */
export function progressOn(host: Host): Progress {
  if (!host.showsProgress) return nothing;
  let shown = false;
  return {
    show(text) {
      shown = true;
      host.writeErr(`${EMPTIED}${visible(text).slice(0, Math.max(0, host.columns - 1))}`);
    },
    clear() {
      if (shown) host.writeErr(EMPTIED);
      shown = false;
    },
  };
}
