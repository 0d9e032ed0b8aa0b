import { newReader, type PsPaste, PsProblem } from './powershell/reader.js';
import { readScript } from './powershell/statements.js';
import type { PsScript } from './powershell/tree.js';

export type * from './powershell/tree.js';

// No parser of the registry would do: of the two grammars that could be had without a native build the better one
// refused a fifth of the scripts of real workflows (`-Switch:$true`, `1MB`, `./x.ps1 args`, `foo --a=b`). This one
// reads the language that workflows use (statements, pipelines, the modes of arguments and expressions) and
// refuses what it does not know; it resolves no names.

/** What cannot be read. `start` is an offset of the script's text. */
export interface PsSyntaxProblem {
  readonly message: string;
  readonly start: number;
}

/**
 * Parses a PowerShell script. `pastes` are the ranges of its `${{ }}`, which the runner replaces before PowerShell
 * reads the text; they come out as `paste` nodes by their index. Never throws; time is linear in the text.
 */
export function parsePowerShell(
  text: string,
  pastes: readonly PsPaste[],
): { script: PsScript; problem: null } | { script: null; problem: PsSyntaxProblem } {
  const reader = newReader(text, pastes);
  try {
    const script = readScript(reader, '', 0);
    return { script, problem: null };
  } catch (error) {
    if (!(error instanceof PsProblem)) throw error;
    return { script: null, problem: { message: error.message, start: Math.min(error.start, text.length) } };
  }
}

/** The comments of a script, in order; none of one that cannot be read. Never throws. */
export function powerShellComments(text: string): { readonly start: number; readonly end: number }[] {
  const reader = newReader(text, []);
  try {
    readScript(reader, '', 0);
  } catch (error) {
    if (!(error instanceof PsProblem)) throw error;
    return [];
  }
  return [...reader.comments].map(([start, end]) => ({ start, end })).sort((a, b) => a.start - b.start);
}
