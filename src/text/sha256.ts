// A package and not the digests of Node or the browser: one is missing in browsers, the other has to be waited for.
import { sha256 as digest } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** The SHA-256 of a text's UTF-8 bytes: 64 hexadecimal digits, lower case. */
export function sha256(text: string): string {
  return bytesToHex(digest(utf8ToBytes(text)));
}
