// The tree of a JavaScript or TypeScript script: what of it says how the script runs. Types are left out, and what
// the parser spells in several ways (`a?.b`, `a!.b`, `(a as B).b`) comes out as one.

/** Half-open, in UTF-16 offsets of the parsed text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export type Expression = Range &
  (
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'text'; readonly value: string }
    | Template
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null' }
    | { readonly kind: 'pattern'; readonly source: string; readonly flags: string }
    /** null stands for a hole (`[, a]`). */
    | { readonly kind: 'array'; readonly elements: readonly (Expression | null)[] }
    | { readonly kind: 'object'; readonly members: readonly ObjectMember[] }
    | FunctionExpression
    | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
    /** `++x`, `x--`. */
    | {
        readonly kind: 'update';
        readonly operator: '++' | '--';
        readonly prefix: boolean;
        readonly operand: Expression;
      }
    /** Arithmetic, comparisons, `in` and `instanceof`. */
    | {
        readonly kind: 'binary';
        readonly operator: string;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: 'logical';
        readonly operator: '&&' | '||' | '??';
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly kind: 'conditional';
        readonly test: Expression;
        readonly then: Expression;
        readonly otherwise: Expression;
      }
    /** `=` and the compound forms (`+=`, `||=`). */
    | {
        readonly kind: 'assign';
        readonly operator: string;
        readonly target: Binding;
        readonly value: Expression;
      }
    | Invocation
    | { readonly kind: 'new'; readonly callee: Expression; readonly args: readonly Expression[] }
    /** `object.property` (a text) and `object[property]`. `optional`: nothing is read where the object is nullish. */
    | {
        readonly kind: 'member';
        readonly object: Expression;
        readonly property: string | Expression;
        readonly optional: boolean;
      }
    | { readonly kind: 'await'; readonly operand: Expression }
    | { readonly kind: 'sequence'; readonly expressions: readonly Expression[] }
    /** `...x`, in lists of elements and of arguments only. */
    | { readonly kind: 'spread'; readonly operand: Expression }
    /** `import(x)`. */
    | { readonly kind: 'import'; readonly source: Expression }
    | ClassExpression
    /** `tag\`…\``: a call with the template. */
    | { readonly kind: 'tagged'; readonly tag: Expression; readonly template: Expression }
    /** What is not modelled, such as `yield`. */
    | { readonly kind: 'other'; readonly what: string }
  );

/** Template text between the expressions: one more than there are expressions. */
export type Template = Range & {
  readonly kind: 'template';
  readonly texts: readonly (Range & { readonly value: string })[];
  readonly expressions: readonly Expression[];
};

/** `optional`: nothing is called where the callee is nullish (`f?.()`). */
export type Invocation = Range & {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly args: readonly Expression[];
  readonly optional: boolean;
};

export type FunctionExpression = Range & {
  readonly kind: 'function';
  readonly name: string | null;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[] | Expression;
  readonly async: boolean;
  readonly generator: boolean;
};

export type ClassExpression = Range & {
  readonly kind: 'class';
  readonly name: string | null;
  readonly base: Expression | null;
  readonly members: readonly {
    /** null where it is computed, private or a static block. */
    readonly name: string | null;
    readonly shared: boolean;
    /** The method, or the value of the field; null for a field without one. */
    readonly value: Expression | readonly Statement[] | null;
    readonly what: 'method' | 'field' | 'getter' | 'setter' | 'block';
  }[];
};

export type ObjectMember =
  | { readonly kind: 'property'; readonly key: string | Expression; readonly value: Expression }
  | { readonly kind: 'spread'; readonly operand: Expression };

/** What a declaration, a parameter or an assignment binds. */
export type Binding = Range &
  (
    | { readonly kind: 'name'; readonly name: string }
    | {
        readonly kind: 'object';
        readonly members: readonly {
          readonly key: string | Expression;
          readonly target: Binding;
          readonly fallback: Expression | null;
        }[];
        readonly rest: Binding | null;
      }
    | {
        readonly kind: 'array';
        readonly elements: readonly ({
          readonly target: Binding;
          readonly fallback: Expression | null;
        } | null)[];
        readonly rest: Binding | null;
      }
    /** A member, as the target of an assignment. */
    | { readonly kind: 'place'; readonly expression: Expression }
  );

export interface Parameter {
  readonly target: Binding;
  readonly fallback: Expression | null;
  readonly rest: boolean;
  /** TypeScript: `constructor(private x: string)` makes it a field as well. */
  readonly field: boolean;
}

export type Statement = Range &
  (
    | { readonly kind: 'expression'; readonly expression: Expression }
    | {
        readonly kind: 'declare';
        readonly how: 'const' | 'let' | 'var';
        readonly bindings: readonly { readonly target: Binding; readonly value: Expression | null }[];
      }
    | { readonly kind: 'function'; readonly name: string; readonly value: FunctionExpression }
    | { readonly kind: 'class'; readonly name: string; readonly value: ClassExpression | null }
    | {
        readonly kind: 'if';
        readonly test: Expression;
        readonly then: Statement;
        readonly otherwise: Statement | null;
      }
    | {
        readonly kind: 'for';
        readonly initialise: Statement | null;
        readonly test: Expression | null;
        readonly update: Expression | null;
        readonly body: Statement;
      }
    /** `for (x of …)` and `for (x in …)`. */
    | {
        readonly kind: 'each';
        readonly over: 'values' | 'keys';
        readonly target: Binding;
        readonly declares: boolean;
        readonly iterable: Expression;
        readonly body: Statement;
      }
    | { readonly kind: 'while'; readonly test: Expression; readonly body: Statement }
    | { readonly kind: 'do'; readonly test: Expression; readonly body: Statement }
    | {
        readonly kind: 'switch';
        readonly subject: Expression;
        /** `test` is null for `default`. */
        readonly cases: readonly (Range & {
          readonly test: Expression | null;
          readonly body: readonly Statement[];
        })[];
      }
    | {
        readonly kind: 'try';
        readonly body: readonly Statement[];
        readonly handler:
          | (Range & { readonly error: Binding | null; readonly body: readonly Statement[] })
          | null;
        readonly last: readonly Statement[] | null;
      }
    | { readonly kind: 'throw'; readonly value: Expression }
    | { readonly kind: 'return'; readonly value: Expression | null }
    | { readonly kind: 'break' | 'continue'; readonly label: string | null }
    | { readonly kind: 'block'; readonly body: readonly Statement[] }
    | { readonly kind: 'labelled'; readonly label: string; readonly body: Statement }
    | {
        readonly kind: 'import';
        readonly source: string;
        /** Names bound here to exports of the source: `*` the whole module, `default` its default. */
        readonly names: readonly { readonly imported: string; readonly local: string }[];
      }
    /** `names` are given to other modules: those of the statement itself where it is a declaration (null). */
    | {
        readonly kind: 'export';
        readonly body: Statement;
        readonly names: readonly { readonly local: string; readonly exported: string }[] | null;
      }
    /** Types, and other text that runs nothing. */
    | { readonly kind: 'nothing' }
    | { readonly kind: 'other'; readonly what: string }
  );
