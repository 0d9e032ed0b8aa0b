import type { Program, Word } from '../program/program.js';
import { fixedText } from '../program/walk.js';
import type { Repository } from '../text/repository.js';
import type { Source } from '../text/source.js';
import { readFlags } from './fresh-shell.js';
import { pathBelow, programOf } from './scripts.js';

/** A shell script of the repository that is called, and its arguments. */
export interface CalledScript {
  readonly source: Source;
  readonly program: Program;
  readonly args: readonly Word[];
  /** In the shell that calls it: where that goes, the caller goes. */
  readonly sourced: boolean;
}

const shells: ReadonlySet<string> = new Set(['bash', 'sh', 'dash']);

/** `bash x.sh`, `source x.sh`, `./x.sh`; null for anything else, and for what is no shell script. */
export function calledScript(
  head: Word,
  args: readonly Word[],
  read: Repository['read'],
): CalledScript | null {
  const name = fixedText(head);
  if (name === null) return null;
  const flags = shells.has(name) ? readFlags(args.map(fixedText)) : null;
  if (flags && (flags.inline || flags.fromInput || !flags.understood)) return null;
  const isNamed = flags !== null || name === 'source' || name === '.';
  const [file, given] = isNamed
    ? [args[flags?.count ?? 0], args.slice((flags?.count ?? 0) + 1)]
    : [head, args];
  const path = file ? fixedText(file) : null;
  if (path === null || path.startsWith('/') || (!isNamed && !path.includes('/'))) return null;
  const below = pathBelow('', path);
  const source = below === null ? null : read(below);
  if (!source || (!isNamed && !saysShell(source))) return null;
  const program = programOf(source);
  return typeof program === 'string'
    ? null
    : { source, program, args: given, sourced: isNamed && flags === null };
}

/** Does the first line ask for a shell? A text without such a line is run by one, too. */
function saysShell({ path, text }: Source): boolean {
  if (!text.startsWith('#!')) return /\.(sh|bash)$/.test(path);
  const line = text.slice(0, 200).split('\n', 1)[0] ?? '';
  return line.split(/[\s/]+/).some((word) => shells.has(word));
}
