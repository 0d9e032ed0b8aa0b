/** The user's words for a message: in double quotes, cut to their first line and to 40 characters. */
export function quoted(words: string): string {
  const line =
    words
      .slice(0, 80)
      .split(/[\r\n]/, 1)[0]
      ?.trimEnd() ?? '';
  return line.length > 40 ? `"${line.slice(0, 39)}…"` : `"${line}"`;
}
