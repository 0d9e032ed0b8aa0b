// program/: the little language that every script language is lowered to. Types here, one lowering per
// language in lower/. May not evaluate or judge anything.

import type { Expr } from '../parse/expression.js';
import type { MappedText, Place } from '../text/script.js';
import type { ComputeNode, Expression, FunctionValue, ValueRules } from './compute.js';

/** One script, lowered. */
export interface Program {
  readonly text: MappedText;
  /** Its language, and what values mean there. */
  readonly rules: ValueRules;
  readonly body: Block;
  /** The same as a function of its parameters, where a language calls its scripts like functions. */
  readonly callable?: FunctionValue;
  /** Why the whole script cannot be modelled (syntax errors); null when it can. */
  readonly unreadable: { readonly reason: string; readonly at: Place } | null;
}

export type Block = readonly Node[];

export type Node =
  | Call
  | ComputeNode
  | { readonly kind: 'sequence'; readonly body: Block; readonly at: Place }
  /** `left && right` and `left || right`; `operatorAt` is the operator itself. */
  | {
      readonly kind: 'and' | 'or';
      readonly left: Node;
      readonly right: Node;
      readonly operatorAt: Place;
      readonly at: Place;
    }
  | { readonly kind: 'not'; readonly body: Node; readonly at: Place }
  /** `test` is run for its status: 0 takes `then`. Other languages test a `truth`. */
  | {
      readonly kind: 'branch';
      readonly test: Node;
      readonly then: Node;
      readonly otherwise: Node | null;
      readonly at: Place;
    }
  | Match
  | {
      readonly kind: 'for';
      readonly variable: string;
      /** null: over the positional parameters. */
      readonly items: readonly Word[] | null;
      readonly body: Node;
      readonly at: Place;
    }
  | {
      readonly kind: 'while';
      readonly until: boolean;
      readonly test: Node;
      readonly body: Node;
      readonly at: Place;
    }
  | {
      readonly kind: 'count';
      readonly initialise: Arithmetic | null;
      readonly test: Arithmetic | null;
      readonly update: Arithmetic | null;
      readonly body: Node;
      readonly at: Place;
    }
  /** `stderr[i]` is true where stage i is joined to the next by `|&`. */
  | {
      readonly kind: 'pipeline';
      readonly stages: readonly Node[];
      readonly stderr: readonly boolean[];
      readonly at: Place;
    }
  | { readonly kind: 'subshell'; readonly body: Node; readonly at: Place }
  /** A compound command with redirections of its own (`{ …; } > file`, `while … done < file`). */
  | {
      readonly kind: 'redirected';
      readonly body: Node;
      readonly redirects: readonly Redirect[];
      readonly at: Place;
    }
  | { readonly kind: 'background'; readonly body: Node; readonly at: Place }
  | { readonly kind: 'define'; readonly name: string; readonly body: Node; readonly at: Place }
  /** `[[ … ]]` and the conditions of other languages: status 0 when true, 1 when false. */
  | { readonly kind: 'test'; readonly condition: Condition; readonly at: Place }
  /** `(( … ))`: status 0 when the value is not zero. */
  | { readonly kind: 'arithmetic'; readonly expression: Arithmetic; readonly at: Place }
  /** A construct that is not modelled. */
  | { readonly kind: 'opaque'; readonly reason: string; readonly at: Place };

/**
 * A simple command. With no words it only assigns; with words the assignments hold for that command alone.
 * Builtins (`exit`, `set`, `export`, `[` …) are calls too: in a shell any of them may be shadowed or computed.
 */
export interface Call {
  readonly kind: 'call';
  readonly assignments: readonly Assignment[];
  /** Arguments such as `X=$(y)` after `export`/`local`/`declare` stand here as words whose `assignment` is set. */
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
  readonly at: Place;
}

export interface Assignment {
  readonly name: string;
  readonly index: Word | null;
  readonly append: boolean;
  readonly value: Word | ArrayLiteral;
  readonly at: Place;
}

export interface ArrayLiteral {
  readonly kind: 'array';
  readonly elements: readonly Word[];
  readonly at: Place;
}

export interface Match {
  readonly kind: 'match';
  readonly subject: Word;
  readonly arms: readonly Arm[];
  readonly at: Place;
}

/** One arm of a `case`. `then`: stop, run the next body too (`;&`), or go on testing (`;;&`). */
export interface Arm {
  readonly patterns: readonly Word[];
  readonly body: Node;
  readonly then: 'stop' | 'fall' | 'continue';
  readonly at: Place;
}

export interface Redirect {
  /** The descriptor on the left, or the operator's own default (0 for input, 1 for output). */
  readonly descriptor: number;
  readonly operator: '>' | '>>' | '<' | '<>' | '<&' | '>&' | '>|' | '&>' | '&>>' | '<<<' | '<<';
  /** The target file or descriptor, the here-string's text, or the here-document's body. */
  readonly target: Word;
  readonly at: Place;
}

export interface Word {
  readonly kind: 'word';
  readonly parts: readonly Part[];
  /**
   * Set where the word is an assignment argument of a declaration command (`export X=…`), or an element of an
   * array literal with a subscript (`M=([k]=v)`; its name is then the array's). `parts` are the whole word all
   * the same.
   */
  readonly assignment: Assignment | null;
  readonly at: Place;
}

/**
 * A piece of a word. `quoted` parts are neither split nor globbed, and an empty one still makes a field;
 * an unquoted part that comes out empty can make the whole field vanish.
 */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean; readonly at: Place }
  | Parameter
  | { readonly kind: 'command'; readonly body: Block; readonly quoted: boolean; readonly at: Place }
  /** `<(…)` and `>(…)`. */
  | { readonly kind: 'process'; readonly direction: '<' | '>'; readonly body: Block; readonly at: Place }
  | {
      readonly kind: 'arithmetic';
      readonly expression: Arithmetic;
      readonly quoted: boolean;
      readonly at: Place;
    }
  /** `${{ … }}` in the script text: the runner pastes its value before the shell reads the script. */
  | { readonly kind: 'paste'; readonly expr: Expr | null; readonly quoted: boolean; readonly at: Place }
  /**
   * An unquoted `*`, `?`, `[…]` or extended glob: a pattern where patterns are read, else file names. `inner`
   * are the expansions that stand in it (`[$x]`), in order and without the text around them.
   */
  | { readonly kind: 'glob'; readonly text: string; readonly inner: readonly Part[]; readonly at: Place }
  /** `{a,b}` and `{1..3}`, unquoted: the words it makes are not known to the lowering. `inner` as in a glob. */
  | { readonly kind: 'brace'; readonly text: string; readonly inner: readonly Part[]; readonly at: Place }
  /** An unquoted leading `~` or `~user`. */
  | { readonly kind: 'home'; readonly text: string; readonly at: Place };

/** `$X`, `${X…}`, `$1`, `$?`, `$@`, `${#X}`, `${!X}`, `${X[0]}`. */
export interface Parameter {
  readonly kind: 'parameter';
  readonly name: string;
  readonly quoted: boolean;
  /** `${!X}`: the value of X is the name. */
  readonly indirect: boolean;
  /** `${#X}`: the length (of the string, or the number of elements with index `@`/`*`). */
  readonly length: boolean;
  readonly index: Word | null;
  readonly operation: ParameterOperation | null;
  readonly at: Place;
}

export type ParameterOperation =
  | {
      readonly kind: 'default';
      readonly operator: '-' | ':-' | '=' | ':=' | '+' | ':+' | '?' | ':?';
      readonly operand: Word;
    }
  | { readonly kind: 'remove'; readonly operator: '#' | '##' | '%' | '%%'; readonly pattern: Word }
  | {
      readonly kind: 'replace';
      readonly operator: '/' | '//' | '/#' | '/%';
      readonly pattern: Word;
      readonly replacement: Word;
    }
  | { readonly kind: 'slice'; readonly offset: Word; readonly length: Word | null }
  | { readonly kind: 'case'; readonly operator: '^' | '^^' | ',' | ',,' }
  | { readonly kind: 'transform'; readonly operator: string }
  /** `${!prefix*}`. */
  | { readonly kind: 'names' }
  | { readonly kind: 'unknown' };

export type Condition =
  /** Does the value count as true? */
  | { readonly kind: 'truth'; readonly value: Expression; readonly at: Place }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[]; readonly at: Place }
  | { readonly kind: 'not'; readonly operand: Condition; readonly at: Place }
  /** `-z`, `-n`, `-v`, `-f` … */
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Word; readonly at: Place }
  /** `==` (also for `=`) and `!=` match a pattern; `=~` a regular expression; `<`, `-eq` … */
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Word;
      readonly right: Word;
      readonly at: Place;
    };

export type Arithmetic =
  | { readonly kind: 'number'; readonly value: number; readonly at: Place }
  /** A variable by name (`x`, `$x` and `${x}` mean the same), or an element of an array. */
  | { readonly kind: 'variable'; readonly name: string; readonly index: Word | null; readonly at: Place }
  | { readonly kind: 'word'; readonly word: Word; readonly at: Place }
  | {
      readonly kind: 'unary';
      readonly operator: string;
      readonly prefix: boolean;
      readonly operand: Arithmetic;
      readonly at: Place;
    }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Arithmetic;
      readonly right: Arithmetic;
      readonly at: Place;
    }
  | {
      readonly kind: 'ternary';
      readonly test: Arithmetic;
      readonly then: Arithmetic;
      readonly otherwise: Arithmetic;
      readonly at: Place;
    }
  | { readonly kind: 'unknown'; readonly at: Place };
