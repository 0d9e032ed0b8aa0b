import type { OptionSchemas, OptionsOf } from './options.js';
import type { Message, Report, Rule, RuleContext, RuleMeta, Subject } from './rule.js';

/** What a rule says of a place. What is left out is nothing in particular: no job, no step, no secrets, every event. */
export type Place = Pick<Subject, 'span'> & Partial<Subject>;

/** One thing that a rule reports: which of its messages, what that message is made from, and what it is about. */
export interface Telling<Id, Data> {
  readonly messageId: Id;
  readonly data: Data;
  readonly about: Place;
}

/** What `check` is given: the questions, the options, and a way to report. */
export interface DefinedContext<Data, Options> extends RuleContext<Options> {
  /** Reports one thing. May be called any number of times, and not after `check` has returned. */
  report<Id extends keyof Data & string>(telling: Telling<Id, Data[Id]>): void;
}

/** A rule as its author writes it. `Data` is what each of its messages is made from, by the message's id. */
export interface RuleDefinition<Data, Options extends OptionSchemas> {
  readonly meta: RuleMeta & { readonly options?: Options };
  /** The words, apart from the judging: tests hold fast to the ids, and the words may change. */
  readonly messages: { readonly [Id in keyof Data]: (data: Data[Id]) => Message };
  check(context: DefinedContext<Data, OptionsOf<Options>>): void;
}

/**
 * Makes a rule of its words and its judging. The types of the options come from their schemas, those of the data from the
 * messages.
 */
export function defineRule<Data, const Options extends OptionSchemas = Record<never, never>>(
  definition: RuleDefinition<Data, Options>,
): Rule<OptionsOf<Options>> {
  const { meta, messages } = definition;
  return {
    meta,
    check(context) {
      const reports: Report[] = [];
      definition.check({
        ...context,
        report({ messageId, data, about }) {
          const message = messages[messageId](data);
          reports.push({ messageId, about: { ...aboutNothing(context), ...about }, message });
        },
      });
      return reports;
    },
  };
}

function aboutNothing({ forges }: Pick<RuleContext, 'forges'>): Omit<Subject, 'span'> {
  return {
    forge: forges[0] ?? 'github',
    job: null,
    step: null,
    confidence: 'proved',
    secrets: [],
    contexts: [],
    witness: [],
  };
}
