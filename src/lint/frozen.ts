/**
 * Freezes a value and all that it holds, so that code of others cannot change what other rules are still to see: in a module an
 * attempt throws. Maps and bytes stay as they are, since nothing can freeze them. No recursion: trees may be deep.
 */
export function freezeAll(value: unknown, seen: WeakSet<object>): void {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    if (ArrayBuffer.isView(next) || next instanceof Map || next instanceof Set) continue;
    Object.freeze(next);
    for (const part of Object.values(next)) if (typeof part === 'object' && part !== null) waiting.push(part);
  }
}
