/** A textual change of one place. */
export interface Edit {
  readonly from: string;
  readonly to: string;
}

/** The text with each edit made. Throws where `from` does not stand in it exactly once: such a test would test nothing. */
export function mutate(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { from, to } of edits) {
    const parts = result.split(from);
    if (parts.length !== 2) throw new Error(`expected '${from}' once, found it ${parts.length - 1} times`);
    result = parts.join(to);
  }
  return result;
}
