// The part of the little language for shells whose values are more than texts (PowerShell): commands that are
// expressions, and statements whose values are put out. The rest of such a language is in compute.ts.

import type { Place } from '../text/script.js';
import type { Expression } from './compute.js';
import type { Block } from './program.js';

export type CommandingExpression =
  | CommandExpression
  /** How the last program ended: its status as a number, or whether the last command did well. */
  | { readonly kind: 'outcome'; readonly what: 'status' | 'success'; readonly at: Place }
  /** What the statements put out: nothing, the one value, or a list. */
  | { readonly kind: 'gather'; readonly body: Block; readonly at: Place }
  /** A list stays what it is, nothing is an empty one, and any other value is a list of itself. */
  | { readonly kind: 'as-list'; readonly value: Expression; readonly at: Place }
  /** Does the text match a pattern with wildcards (`-like`) or a regular expression (`-match`)? */
  | {
      readonly kind: 'matches';
      readonly by: 'wildcard' | 'regex';
      readonly caseSensitive: boolean;
      readonly value: Expression;
      readonly pattern: Expression;
      readonly at: Place;
    }
  /** Is the text empty, or (`blank`) of white space alone? Nothing is, too. */
  | { readonly kind: 'is-empty'; readonly blank: boolean; readonly value: Expression; readonly at: Place };

/** A cmdlet, a function of the script, or a program. Its value is what it puts out. */
export interface CommandExpression {
  readonly kind: 'command';
  readonly name: Expression;
  /** `.`: what it runs may change the variables around it. */
  readonly sourced: boolean;
  readonly args: readonly CommandArgument[];
  /** The script asks how programs end: that one ends well is then not taken for granted. */
  readonly asked: boolean;
  /** What is piped into it. */
  readonly input: Expression | null;
  readonly at: Place;
}

export type CommandArgument =
  /** `spread`: the elements of a list, or the entries of a record as named arguments (`@x`). */
  | { readonly kind: 'value'; readonly value: Expression; readonly spread: boolean }
  /**
   * `-Name`, `-Name:value`; without a value of its own it may take the argument after it. `written` is what a
   * program is given.
   */
  | {
      readonly kind: 'named';
      readonly name: string;
      readonly written: string;
      readonly value: Expression | null;
    };

export type CommandingNode =
  /** The value goes where the output goes: to whoever gathers it, into a file, to the log. */
  | {
      readonly kind: 'put-out';
      readonly value: Expression;
      /** The file that it goes to instead; a discarded value has the text '' for a file. */
      readonly file: { readonly path: Expression; readonly append: boolean } | null;
      readonly at: Place;
    }
  /** Ends the script. Without a value, with the status of the last program. */
  | { readonly kind: 'exit'; readonly value: Expression | null; readonly at: Place }
  /** Says how the last program ended (`$LASTEXITCODE = 0`). */
  | { readonly kind: 'set-outcome'; readonly value: Expression; readonly at: Place };
