// What a filter prints where it reads nothing, or one empty line: what `echo "$X"` gives it of an empty variable.

import { matchRegex } from './regex.js';

type Texts = readonly (string | null)[];

/** The text that a filter prints of an empty one; null where it may print something all the same. Source: POSIX, «Utilities»; GNU coreutils. */
export function ofEmpty(name: string, texts: Texts): string | null {
  switch (name) {
    case 'tr':
    case 'sed':
    case 'cut':
    case 'sort':
    case 'uniq':
    case 'base64':
    case 'rev':
    case 'tac':
    case 'fold':
    case 'tee':
    case 'column':
      return '';
    case 'head':
    case 'tail':
      return hasOption(texts, 'v', 'verbose') ? null : '';
    case 'grep':
    case 'egrep':
    case 'fgrep':
      return hasOption(texts, 'clLZ', 'count', 'files-with', 'files-without') ? null : '';
    case 'awk': {
      const program = awkProgram(texts);
      return program === null || /\b(BEGIN|END)\b/.test(program) ? null : '';
    }
    default:
      return null;
  }
}

const LINE = '\n';

/** The text that a filter prints of one empty line; null where that is not known. */
export function ofEmptyLine(name: string, texts: Texts): string | null {
  switch (name) {
    case 'tee':
    case 'rev':
    case 'fold':
      return LINE;
    case 'sort':
      return hasOption(texts, 'ocC', 'output', 'check') ? null : LINE;
    case 'tac':
    case 'uniq':
      return texts.some(isOption) ? null : LINE;
    case 'cut':
      return hasOption(texts, 's', 'only-delimited', 'output-delimiter') ? null : LINE;
    case 'head':
    case 'tail':
      return texts.every((text) => text !== null && /^(-[nc]|-?[nc]?[1-9]\d{0,8})$/.test(text)) ? LINE : null;
    case 'base64':
      return decodes(texts) ? '' : null;
    case 'grep':
    case 'egrep':
    case 'fgrep':
      // It prints only parts that are not empty.
      return hasOption(texts, 'o', 'only-matching') && !hasOption(texts, 'clL', 'count', 'files') ? '' : null;
    case 'tr':
      return translated(texts);
    case 'sed':
      return substituted(texts);
    case 'awk':
      return printsField(awkProgram(texts)) ? LINE : null;
    default:
      return null;
  }
}

/** May `cat` print something else than what it reads? */
export function showsMore(texts: Texts): boolean {
  return hasOption(texts, 'AbeEnstTv', 'number', 'show', 'squeeze');
}

/** Does `base64` give back what was encoded? */
export function decodes(texts: Texts): boolean {
  return hasOption(texts, 'dD', 'decode');
}

/** Does `tr` take nothing away but blanks? */
export function keepsVisible(texts: Texts): boolean {
  if (!hasOption(texts, 'd', 'delete')) return true;
  const set = texts.find((text) => !isOption(text)) ?? null;
  return (
    !hasOption(texts, 'cC', 'complement') && set !== null && /^(\s|\\[nrt]|\[:(space|blank):\])+$/.test(set)
  );
}

function isOption(text: string | null): boolean {
  return text !== null && /^-./.test(text);
}

/** Has it one of the options, by a letter or by how its long form begins? A word of unknown text may be any. */
function hasOption(texts: Texts, letters: string, ...long: readonly string[]): boolean {
  return texts.some((text) => {
    if (text === null) return true;
    if (text.startsWith('--')) return long.some((name) => text.slice(2).startsWith(name));
    return isOption(text) && [...text.slice(1)].some((letter) => letters.includes(letter));
  });
}

function awkProgram(texts: Texts): string | null {
  const at = texts.findIndex((text) => text === null || !/^-F.+$/.test(text));
  const first = texts[at] ?? null;
  const program = first === '-F' ? texts[at + 2] : first;
  return program === undefined || program === null || program.startsWith('-') ? null : program;
}

/** Is it `{ print }` or `{ print $1 }`? */
function printsField(program: string | null): boolean {
  const tokens = program?.replace(/[{};]/g, ' $& ').trim().split(/\s+/) ?? [];
  return /^\{ print( \$(\d+|NF))?( ;)? \}$/.test(tokens.join(' '));
}

const ORDINARY = /^(\[:(alpha|upper|lower|digit|alnum|punct|blank):\]|[\w .,:;/+=@-])+$/;

function translated(texts: Texts): string | null {
  const sets = texts.filter((text) => !isOption(text));
  if (texts.includes(null) || hasOption(texts, 'cC', 'complement')) return null;
  const [first] = sets;
  if (first === undefined || first === null) return null;
  if (ORDINARY.test(first)) return LINE;
  const takes = /\\n|\\012|\n|\[:(space|cntrl):\]/.test(first);
  return takes && hasOption(texts, 'd', 'delete') ? '' : null;
}

/** `sed 's/pattern/replacement/'`, where the pattern finds nothing in an empty line or leaves nothing in its place. */
function substituted(texts: Texts): string | null {
  const words = texts.filter((text) => text !== '-E' && text !== '-r' && text !== '-e');
  const [script] = words;
  const [, , pattern, replacement] = /^s([/|,#])([^/|,#]*)\1([^/|,#]*)\1g?$/.exec(script ?? '') ?? [];
  if (words.length !== 1 || pattern === undefined) return null;
  if (replacement === '') return LINE;
  // Which of these stand for themselves hangs on the kind of regular expression.
  const sure = !/[\\+?{}|()*]/.test(pattern);
  return sure && matchRegex(pattern, '') === false ? LINE : null;
}
