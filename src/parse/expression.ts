import type { Place } from '../text/script.js';

/** A parsed `${{ }}` expression. Every node knows its place in the decoded text of the scalar it stands in. */
export type Expr =
  | { readonly kind: 'literal'; readonly value: null | boolean | number | string; readonly at: Place }
  /** A context by its lower-cased name: `github`, `secrets`, `steps` … */
  | { readonly kind: 'context'; readonly name: string; readonly at: Place }
  /** `object.key` and `object[key]`; `*` is the string-free `star` node. */
  | {
      readonly kind: 'index';
      readonly object: Expr;
      readonly key: Expr | { readonly kind: 'star' };
      readonly at: Place;
    }
  /** A function by its lower-cased name. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[]; readonly at: Place }
  | { readonly kind: 'not'; readonly operand: Expr; readonly at: Place }
  | {
      readonly kind: 'compare';
      readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=';
      readonly left: Expr;
      readonly right: Expr;
      readonly at: Place;
    }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expr[]; readonly at: Place };

/** A piece of a text in which `${{ }}` may stand. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string; readonly at: Place }
  /** `at` covers the whole fence `${{ … }}`. `expr` is null where the text between is no expression: see `error`. */
  | {
      readonly kind: 'expression';
      readonly expr: Expr | null;
      readonly error: string | null;
      readonly at: Place;
    };
