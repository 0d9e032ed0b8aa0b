/** The text of whatever was thrown: code of others may throw anything, even what has no text. */
export function faultText(fault: unknown): string {
  try {
    return fault instanceof Error ? String(fault.message) : String(fault);
  } catch {
    return 'something that has no text';
  }
}
