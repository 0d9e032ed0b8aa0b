// The part of the little language that shells do not have: values that are more than texts, and what is computed
// with them. Python, JavaScript and PowerShell lower to it.

import type { Expr } from '../parse/expression.js';
import type { Place } from '../text/script.js';
import type { CommandingExpression, CommandingNode } from './commanding.js';
import type { Block } from './program.js';

/** The script languages. Facts about their libraries go by these names. */
export type Language = 'shell' | 'python' | 'javascript' | 'powershell';

/** Where languages differ in what a value means. */
export interface ValueRules {
  readonly language: Language;
  /** Do an empty list and an empty record count as false? */
  readonly emptyIsFalse: boolean;
  /** A list of one thing is true where that thing is (PowerShell, about_Booleans). */
  readonly oneCountsAsItself: boolean;
  /** What asking for a member, key or index that is not there does: an error, or nothing (`undefined`). */
  readonly absent: 'throws' | 'nothing';
  /** Are the entries of a record its members as well (`record.name`), and not only `record['name']`? */
  readonly entriesAreMembers: boolean;
  /** Do comparisons of texts ignore case? */
  readonly ignoresCase: boolean;
  /** The word that begins a handler, for messages. */
  readonly handler: 'except' | 'catch';
  /** How nothing, true and false read as text. */
  readonly words: { readonly nothing: string; readonly yes: string; readonly no: string };
}

/** Something that has a value. Evaluated left to right; an error in it leaves by the nearest `try`. */
export type Expression =
  /** `null` is None, null and $null. */
  | {
      readonly kind: 'literal';
      readonly value: null | undefined | boolean | number | string;
      readonly at: Place;
    }
  /** The texts of the parts, one after the other: f-strings, templates. */
  | { readonly kind: 'text'; readonly parts: readonly Expression[]; readonly at: Place }
  /** `${{ … }}` within a text: the runner pastes its value before the script is read. */
  | { readonly kind: 'paste'; readonly expr: Expr | null; readonly at: Place }
  /**
   * A variable by the name of its slot, which is the program's own: the lowering gives each scope's variables
   * names that no other scope has. `library`: what the name means where the slot was never set (`print`, `os`).
   */
  | { readonly kind: 'variable'; readonly slot: string; readonly library: string | null; readonly at: Place }
  /** Something of the language's library by its dotted name: `os.environ`, `requests.post`. */
  | { readonly kind: 'library'; readonly path: string; readonly at: Place }
  | { readonly kind: 'list'; readonly items: readonly ListItem[]; readonly at: Place }
  | { readonly kind: 'record'; readonly entries: readonly RecordEntry[]; readonly at: Place }
  /** `object.name`. `optional`: of nothing it is nothing (`a?.b`). */
  | {
      readonly kind: 'member';
      readonly object: Expression;
      readonly name: string;
      readonly optional: boolean;
      readonly at: Place;
    }
  /** `object[index]`. */
  | {
      readonly kind: 'item';
      readonly object: Expression;
      readonly index: Expression;
      readonly optional: boolean;
      readonly at: Place;
    }
  | Invocation
  | Inherited
  | CommandingExpression
  | { readonly kind: 'not'; readonly operand: Expression; readonly at: Place }
  /** The first operand that decides: `a and b`, `a || b`, `a ?? b`. */
  | {
      readonly kind: 'and' | 'or' | 'coalesce';
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Place;
    }
  | {
      readonly kind: 'choose';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
      readonly at: Place;
    }
  /** `same`: of one type and equal (`==` of Python, `===`); `like`: equal once types are brought together (`==`, `-eq`). */
  | {
      readonly kind: 'compare';
      readonly operator: 'same' | 'like' | '<' | '<=' | '>' | '>=';
      /** Letters of another case are others (`-ceq`), though the language does not mind. */
      readonly caseSensitive?: boolean;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Place;
    }
  /** `item in container`: an element of a list, a key of a record, a part of a text, a variable of the environment. */
  | {
      readonly kind: 'contains';
      readonly item: Expression;
      readonly container: Expression;
      readonly at: Place;
    }
  /** `+` joins texts and lists and adds numbers; any other operator computes a number, or something unknown. */
  | {
      readonly kind: 'operate';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Place;
    }
  /** Its value is the value assigned. */
  | { readonly kind: 'assign'; readonly target: Target; readonly value: Expression; readonly at: Place }
  /** `[element for … if …]`, `{key: element …}`: `key` is null for a list. */
  | {
      readonly kind: 'collect';
      readonly key: Expression | null;
      readonly element: Expression;
      readonly clauses: readonly CollectClause[];
      readonly at: Place;
    }
  | FunctionValue
  | ClassValue
  /** Evaluates all, and is the last one. */
  | { readonly kind: 'several'; readonly parts: readonly Expression[]; readonly at: Place }
  /** Not understood: the parts are evaluated for what they do, the value may be anything that they make. */
  | { readonly kind: 'unknown'; readonly parts: readonly Expression[]; readonly at: Place };

/** `spread`: the elements of the value, not the value (`*xs`, `...xs`). */
export interface ListItem {
  readonly value: Expression;
  readonly spread: boolean;
}

/** `key` is null where the entries of `value` are taken over (`**xs`, `...xs`). */
export interface RecordEntry {
  readonly key: Expression | null;
  readonly value: Expression;
}

/** A call. Calls of `object.name` are told by their callee being a member. */
/** `optional`: what is nothing is not called, and comes to nothing (`f?.()`). */
export interface Invocation {
  readonly kind: 'invoke';
  readonly callee: Expression;
  readonly optional?: boolean;
  readonly args: readonly Argument[];
  /** `new f()`: of a function comes an object, whatever it returns. */
  readonly makes?: true;
  readonly at: Place;
}

/** `super.name`: the member that a base of the class has, as that of `self`. The maker of a base is a member too. */
export interface Inherited {
  readonly kind: 'inherited';
  readonly bases: readonly Expression[];
  readonly self: Expression;
  readonly name: string;
  readonly at: Place;
}

/** `name` is null for a positional argument; `spread` takes the elements of a list, or the entries of a record (`**xs`). */
export interface Argument {
  readonly name: string | null;
  readonly value: Expression;
  readonly spread: 'list' | 'record' | null;
}

export interface CollectClause {
  readonly target: Target;
  readonly source: Expression;
  readonly conditions: readonly Expression[];
}

/** What is assigned to. */
export type Target =
  | { readonly kind: 'variable'; readonly slot: string; readonly at: Place }
  | { readonly kind: 'member'; readonly object: Expression; readonly name: string; readonly at: Place }
  | { readonly kind: 'item'; readonly object: Expression; readonly index: Expression; readonly at: Place }
  /** `a, b = …`, `[a, b] = …`; `rest` takes what is left over, and `last` what comes at the end behind it. */
  | {
      readonly kind: 'list';
      readonly targets: readonly Target[];
      readonly rest: Target | null;
      readonly last?: readonly Target[];
      readonly at: Place;
    }
  /** `{a, b: c} = …`. */
  | {
      readonly kind: 'record';
      readonly entries: readonly { readonly key: string; readonly target: Target }[];
      readonly rest: Target | null;
      readonly at: Place;
    }
  /** `a = default` within a pattern: what nothing is replaced by. */
  | { readonly kind: 'default'; readonly target: Target; readonly value: Expression; readonly at: Place }
  /** A target that is not understood: what is assigned is lost. */
  | { readonly kind: 'unknown'; readonly at: Place };

export interface FunctionValue {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly ParameterSlot[];
  /** The slots that a call makes for itself and that end with it; those that an inner function keeps are not among them. */
  readonly locals: readonly string[];
  readonly body: Block;
  /** Its call only makes an iterator (`yield`): the body runs when that is gone through. */
  readonly generator: boolean;
  /** What a method is given before its arguments where that is not the instance: the class, or nothing. */
  readonly self?: 'class' | 'none';
  /** A member whose value is computed each time it is asked for (`get x()`, `@property`). */
  readonly property?: true;
  readonly at: Place;
}

export interface ParameterSlot {
  /** As callers name it. */
  readonly name: string;
  readonly target: Target;
  readonly initial: Expression | null;
  /** Takes the positional arguments that are left over (`*args`), or the named ones (`**kwargs`). */
  readonly rest: 'list' | 'record' | null;
}

/** A class: calling it makes a record of its own, on which `constructor` runs. */
export interface ClassValue {
  readonly kind: 'class';
  readonly name: string;
  readonly bases: readonly Expression[];
  readonly members: readonly { readonly name: string; readonly value: Expression }[];
  /** The member that runs when an instance is made: `__init__`, `constructor`. */
  readonly maker: string;
  readonly at: Place;
}

/** One `except`: `types` is null where everything is caught. */
export interface Handler {
  readonly types: readonly Expression[] | null;
  /** Where the error is kept. */
  readonly binds: Target | null;
  readonly body: Block;
  readonly at: Place;
}

/** Statements of such languages. */
export type ComputeNode =
  | CommandingNode
  | { readonly kind: 'evaluate'; readonly expression: Expression; readonly at: Place }
  /** Goes through the elements of a list, the keys of a record (the `entries` of it where the source says so), or an unknown. */
  | {
      readonly kind: 'each';
      readonly target: Target;
      readonly source: Expression;
      readonly body: Block;
      /** Runs where the loop was not left by `break`. */
      readonly otherwise: Block | null;
      readonly at: Place;
    }
  /** A handler that swallows the failure which a missing secret caused is a mask. */
  | {
      readonly kind: 'try';
      readonly body: Block;
      readonly handlers: readonly Handler[];
      /** Runs where the body raised nothing. */
      readonly otherwise: Block | null;
      readonly finally: Block | null;
      readonly at: Place;
    }
  /** `value` null: the error that is being handled goes on. */
  | { readonly kind: 'throw'; readonly value: Expression | null; readonly at: Place }
  | { readonly kind: 'return'; readonly value: Expression | null; readonly at: Place }
  | {
      readonly kind: 'jump';
      readonly how: 'break' | 'continue';
      readonly levels: number;
      readonly at: Place;
    };
