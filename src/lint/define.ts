import type { OptionSchemas, OptionsOf } from './options.js';
import type { Message, Rule, RuleContext, RuleMeta, Telling } from './rule.js';

/** What `check` is given: the questions, the options, and a way to report. */
export interface DefinedContext<Data, Options> extends RuleContext<Options> {
  /**
   * Reports one thing: one of the messages, the data that it is made from, and what it is about. May be called any number of
   * times until `check` returns. Throws where there is no such message, or where a span lies outside of the texts of the run.
   */
  report<Id extends keyof Data & string>(telling: Telling<Id, Data[Id]>): void;
}

/** A rule as its author writes it. `Data` is what each of its messages is made from, by the message's id. */
export interface RuleDefinition<Data, Options extends OptionSchemas> {
  readonly meta: RuleMeta & { readonly options?: Options };
  /** The words, apart from the judging: tests hold fast to the ids, and the words may change. */
  readonly messages: { readonly [Id in keyof Data]: (data: Data[Id]) => Message };
  /** Is called for each file that is judged and must not wait for anything. */
  check(context: DefinedContext<Data, OptionsOf<Options>>): void;
}

/**
 * Gives a rule its types: those of the options come from their schemas, those of the data from the messages. At run time it
 * does nothing, so that a rule is a plain object wherever it comes from.
 */
export function defineRule<Data, const Options extends OptionSchemas = Record<never, never>>(
  definition: RuleDefinition<Data, Options>,
): Rule;
export function defineRule(definition: Rule): Rule {
  return definition;
}
