import type { ErrorCode } from 'yaml';
import { quoted } from './quoted.js';

/**
 * Says what is wrong and what to do. `library` is the message of the `yaml` package, `found` the place in
 * question as written (may be empty).
 */
export function yamlMessage(code: ErrorCode, library: string, found: string): string {
  if (code !== 'TAB_AS_INDENT') {
    for (const [beginning, message] of byBeginning) if (library.startsWith(beginning)) return message;
  }
  return byCode(code, quoted(found)) ?? plainWords(library);
}

function plainWords(library: string): string {
  return `not valid YAML: ${library.slice(0, 1).toLowerCase()}${library.slice(1, 160)}`;
}

// Codes that stand for several mistakes are told apart by the beginning of the library's message.
const byBeginning: readonly (readonly [string, string])[] = [
  [
    'Nested mappings',
    'a value on the line of its key has a ": " in it or a mapping below it: quote the value, or correct the indentation',
  ],
  ['A block sequence may not', 'a list cannot be a key: write the key as a plain text'],
  [
    'All mapping items',
    'this lines up with no key of its mapping: give all keys of a mapping the same indentation',
  ],
  [
    'All sequence items',
    'this "-" does not line up with the other items: give all items of a list the same indentation',
  ],
  [
    'Flow sequence',
    'the list that "[" opens here has no "]": close it, and indent its lines more than its key',
  ],
  [
    'Flow map',
    'the mapping that "{" opens here has no "}": close it, and indent its lines more than its key',
  ],
  [
    'Block scalar lines',
    'this line of a block text is indented less than its first line: indent all of its lines alike, with spaces',
  ],
  [
    'Block scalar values',
    'a block text must be indented more than its key: indent all of its lines, with spaces',
  ],
  [
    'Block scalars with more-indented',
    'a blank line before a block text is indented more than its first line: remove the spaces of the blank line',
  ],
  ['Block scalar header', 'only digits, "+" and "-" may follow "|" or ">": begin the text on the next line'],
  [
    "Missing closing '",
    'the text that begins here has no closing "\'": close it (a "\'" inside is written "\'\'")',
  ],
  [
    'Missing closing "',
    "the text that begins here has no closing '\"': close it (a '\"' inside is written '\\\"')",
  ],
  ['Implicit map keys', 'this line is no "key: value": put ": " after the key, or correct the indentation'],
  [
    'Implicit keys',
    'this line is no "key: value" and runs into the next: put ": " after the key, or correct the indentation',
  ],
  ['Sequence item without', 'this item of a list has no "- " before it: add it, or correct the indentation'],
  ['Missing space after :', 'a space is missing after ":": add it'],
  ['Missing , ', 'a "," is missing before this item: add it'],
  ['Comments must', 'a space is missing before "#": add it, or quote the value'],
  ['Tags and anchors must', 'a space is missing after an anchor or a tag: add it'],
  ['Missing directives-end', 'a line with "---" is missing after the "%" directives: add it'],
  ['Alias cannot be', '"*" has no name after it: name an anchor, or quote the value'],
  ['Anchor cannot be', '"&" has no name after it: name the anchor, or quote the value'],
];

function byCode(code: ErrorCode, found: string): string | null {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab stands in the indentation, where YAML takes only spaces: replace it with spaces';
    case 'BAD_DQ_ESCAPE':
      return `${found} is no escape that YAML knows: write "\\\\" for a backslash, or take single quotes`;
    case 'BAD_SCALAR_START':
      return `a text without quotes cannot begin with ${found}: quote it`;
    case 'BLOCK_IN_FLOW':
      return 'a "," is missing here, or an indented mapping or list stands between brackets: separate the items with ","';
    case 'MULTIPLE_ANCHORS':
      return 'a value can have one anchor: remove the second "&"';
    case 'MULTIPLE_TAGS':
      return 'a value can have one tag: remove the second "!"';
    case 'ALIAS_PROPS':
      return 'an alias can have no anchor and no tag of its own: remove the "&" or "!" before it';
    case 'KEY_OVER_1024_CHARS':
      return 'a key is longer than 1024 characters: shorten it';
    case 'BAD_PROP_ORDER':
      return `an anchor or a tag stands before ${found}: put it after`;
    case 'UNEXPECTED_TOKEN':
      return `${found} is not expected here: quote the value, or correct the indentation or the brackets`;
    default:
      return null;
  }
}
