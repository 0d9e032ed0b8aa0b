/** A range of the parsed text: half-open, UTF-16 offsets. */
export interface PsRange {
  readonly start: number;
  readonly end: number;
}

export type PsBlock = readonly PsStatement[];

export type PsStatement = PsRange &
  (
    | { readonly kind: 'pipeline'; readonly elements: readonly PsElement[]; readonly background: boolean }
    /** `a && b`, `a || b`. */
    | {
        readonly kind: 'chain';
        readonly operator: '&&' | '||';
        readonly left: PsStatement;
        readonly right: PsStatement;
        readonly operatorAt: PsRange;
      }
    | {
        readonly kind: 'assign';
        readonly target: PsExpr;
        /** `=`, `+=`, `??=` … */
        readonly operator: string;
        readonly value: PsStatement;
      }
    | {
        readonly kind: 'if';
        readonly clauses: readonly { readonly test: PsStatement; readonly body: PsBlock }[];
        readonly otherwise: PsBlock | null;
      }
    | {
        readonly kind: 'switch';
        readonly mode: 'exact' | 'wildcard' | 'regex' | 'file';
        readonly caseSensitive: boolean;
        readonly subject: PsStatement;
        readonly arms: readonly PsArm[];
      }
    | {
        readonly kind: 'foreach';
        readonly variable: PsExpr;
        readonly items: PsStatement;
        readonly body: PsBlock;
      }
    | {
        readonly kind: 'for';
        readonly initialise: PsStatement | null;
        readonly test: PsStatement | null;
        readonly update: PsStatement | null;
        readonly body: PsBlock;
      }
    /** `while`, `do … while` and `do … until`. */
    | {
        readonly kind: 'while';
        readonly until: boolean;
        readonly bodyFirst: boolean;
        readonly test: PsStatement;
        readonly body: PsBlock;
      }
    | {
        readonly kind: 'try';
        readonly body: PsBlock;
        readonly catches: readonly PsCatch[];
        readonly last: PsBlock | null;
      }
    | {
        readonly kind: 'throw' | 'return' | 'exit';
        readonly value: PsStatement | null;
        readonly keyword: PsRange;
      }
    | { readonly kind: 'break' | 'continue'; readonly label: string | null }
    | { readonly kind: 'function'; readonly name: string; readonly body: PsScript }
    /** A construct that is read over, not into: `class`, `enum`, `trap` … */
    | { readonly kind: 'other'; readonly keyword: string }
  );

/** `pattern` is null for `default`. */
export interface PsArm extends PsRange {
  readonly pattern: PsExpr | null;
  readonly body: PsBlock;
}

/** `catch [T] { … }`; without types it catches all. */
export interface PsCatch extends PsRange {
  readonly types: readonly string[];
  readonly body: PsBlock;
}

/** A script, the body of a function, or a script block. */
export interface PsScript extends PsRange {
  readonly parameters: readonly PsParameter[] | null;
  readonly body: PsBlock;
  /** `begin`, `process` and `end` blocks, for scripts that are written in them. */
  readonly blocks: readonly { readonly name: string; readonly body: PsBlock }[];
}

export interface PsParameter extends PsRange {
  readonly name: string;
  /** Lower case, as written: `string`, `switch`; null without a type. */
  readonly type: string | null;
  readonly mandatory: boolean;
  readonly value: PsExpr | null;
}

export type PsElement = PsCommand | PsValue;

/** An expression that stands as a statement or at the head of a pipeline. */
export interface PsValue extends PsRange {
  readonly kind: 'value';
  readonly expr: PsExpr;
  readonly redirects: readonly PsRedirect[];
}

export interface PsCommand extends PsRange {
  readonly kind: 'command';
  /** `&` and `.` call what an expression names. */
  readonly invocation: '' | '&' | '.';
  readonly name: PsExpr;
  readonly args: readonly PsArgument[];
  readonly redirects: readonly PsRedirect[];
}

export type PsArgument =
  /** `-Name` and `-Name:value`; `name` as written, without the dash and the colon. */
  | (PsRange & { readonly kind: 'parameter'; readonly name: string; readonly value: PsExpr | null })
  | (PsRange & { readonly kind: 'value'; readonly expr: PsExpr });

export interface PsRedirect extends PsRange {
  /** 1–6, or 0 for all of them (`*>`). */
  readonly from: number;
  readonly append: boolean;
  /** A file, or the stream that it is merged into (`2>&1`). */
  readonly to: PsExpr | number;
}

/** A piece of a text. `paste` is the index of the paste that stands there. */
export type PsPart = PsRange &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'expr'; readonly expr: PsExpr }
    | { readonly kind: 'paste'; readonly paste: number }
  );

export type PsExpr = PsRange &
  /** `bare`: without quotes, as an argument. */
  (
    | { readonly kind: 'string'; readonly parts: readonly PsPart[]; readonly bare: boolean }
    | { readonly kind: 'number'; readonly value: number }
    /** Lower case, with the scope or drive before a colon (`env`, `script`), `''` without one. */
    | {
        readonly kind: 'variable';
        readonly drive: string;
        readonly name: string;
        /** As it is written, after the drive. */
        readonly written: string;
        readonly splat: boolean;
      }
    | { readonly kind: 'type'; readonly name: string }
    | { readonly kind: 'cast'; readonly type: string; readonly operand: PsExpr }
    /** `name` is null where it is computed. */
    | {
        readonly kind: 'member';
        readonly object: PsExpr;
        readonly name: string | null;
        readonly isStatic: boolean;
      }
    | {
        readonly kind: 'method';
        readonly object: PsExpr;
        readonly name: string | null;
        readonly isStatic: boolean;
        readonly args: readonly PsExpr[];
      }
    | { readonly kind: 'index'; readonly object: PsExpr; readonly index: PsExpr }
    | { readonly kind: 'array'; readonly items: readonly PsExpr[] }
    /** `@( … )`, `$( … )` and `( … )`. */
    | { readonly kind: 'list' | 'sub' | 'paren'; readonly body: PsBlock }
    | { readonly kind: 'hash'; readonly entries: readonly PsEntry[] }
    | { readonly kind: 'block'; readonly script: PsScript }
    /** Operators in lower case without their dash and case prefix: `not`, `eq`, `match`, `+`, `??`. */
    | { readonly kind: 'unary'; readonly operator: string; readonly operand: PsExpr }
    | {
        readonly kind: 'binary';
        readonly operator: string;
        readonly caseSensitive: boolean;
        readonly left: PsExpr;
        readonly right: PsExpr;
      }
    | { readonly kind: 'ternary'; readonly test: PsExpr; readonly then: PsExpr; readonly otherwise: PsExpr }
    /** A `${{ … }}` in a place where code is read: its value becomes part of the program. */
    | { readonly kind: 'paste'; readonly paste: number }
  );

export interface PsEntry {
  readonly key: PsExpr;
  readonly value: PsStatement;
}
