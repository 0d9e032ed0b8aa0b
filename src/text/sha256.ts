// FIPS 180-4, written out: what is linted may be linted in a browser too, where no digest comes without waiting for it.

const roundConstants = fractions(64, (prime) => Math.cbrt(prime));
const initialHash = fractions(8, (prime) => Math.sqrt(prime));

/** The first 32 bits of the fractional parts of a root of the first primes. */
function fractions(count: number, root: (prime: number) => number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate++) {
    if (!isPrime(candidate)) continue;
    const whole = root(candidate);
    found.push(Math.floor((whole - Math.floor(whole)) * 2 ** 32) | 0);
  }
  return found;
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++)
    if (candidate % divisor === 0) return false;
  return true;
}

/** The SHA-256 of a text's UTF-8 bytes: 64 hexadecimal digits, lower case. */
export function sha256(text: string): string {
  const bytes = padded(new TextEncoder().encode(text));
  const view = new DataView(bytes.buffer);
  const hash = [...initialHash];
  const schedule = new Int32Array(64);
  for (let at = 0; at < bytes.length; at += 64) addBlock(view, at, hash, schedule);
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The bytes, one bit, zeros, and the length in bits, so that all of it is a multiple of 64 bytes. */
function padded(bytes: Uint8Array): Uint8Array {
  const result = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  result.set(bytes);
  result[bytes.length] = 0x80;
  const view = new DataView(result.buffer);
  view.setUint32(result.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(result.length - 4, (bytes.length << 3) >>> 0);
  return result;
}

function addBlock(view: DataView, at: number, hash: number[], schedule: Int32Array): void {
  const word = (index: number) => schedule[index] ?? 0;
  for (let i = 0; i < 16; i++) schedule[i] = view.getInt32(at + 4 * i);
  for (let i = 16; i < 64; i++) {
    const [older, newer] = [word(i - 15), word(i - 2)];
    const mixedOlder = turned(older, 7) ^ turned(older, 18) ^ (older >>> 3);
    const mixedNewer = turned(newer, 17) ^ turned(newer, 19) ^ (newer >>> 10);
    schedule[i] = (word(i - 16) + mixedOlder + word(i - 7) + mixedNewer) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let i = 0; i < 64; i++) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const mixedE = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const mixedA = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const first = (h + mixedE + choice + (roundConstants[i] ?? 0) + word(i)) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + mixedA + majority) | 0];
  }
  for (const [index, value] of [a, b, c, d, e, f, g, h].entries())
    hash[index] = ((hash[index] ?? 0) + value) | 0;
}

function turned(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}
