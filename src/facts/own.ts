import type { ActionFact } from './actions.js';
import { type Args, leadingWords } from './arguments.js';
import type { Consumption } from './credentials.js';
import type { Effect } from './effect-table.js';

/** What somebody knows of a command of their own, or better than the tables; null and empty where nothing is said. */
export interface OwnCommand {
  /** Its name, without a folder. */
  readonly command: string;
  /** The first words after the name for which it holds; empty for all. */
  readonly words: readonly string[];
  readonly effect: Effect | null;
  /** The environment variables that it takes its credential from; one of them is enough. */
  readonly reads: readonly string[];
  readonly whenMissing: 'fails' | 'goes-on' | null;
  readonly reason: string;
}

/** The same of an action. */
export interface OwnAction {
  /** As in `ActionFact`. */
  readonly action: string;
  readonly effect: ActionFact['effect'] | null;
  /** null where nothing is said of credentials. */
  readonly credentials: Pick<ActionFact, 'credentials' | 'env' | 'whenMissing' | 'softIf'> | null;
  readonly reason: string;
}

/** Facts that a configuration adds; the first that fits counts, and comes before the tables. */
export interface OwnFacts {
  readonly commands: readonly OwnCommand[];
  readonly actions: readonly OwnAction[];
}

export const noFacts: OwnFacts = { commands: [], actions: [] };

/** The first of the facts that fits the command line and answers the question. */
export function ownCommand(
  name: string,
  args: Args,
  own: OwnFacts,
  answers: (fact: OwnCommand) => boolean,
): OwnCommand | null {
  if (own.commands.length === 0) return null;
  const words = leadingWords(args, new Set(), 3);
  const fits = (fact: OwnCommand) =>
    fact.command === name && fact.words.every((word, index) => words[index] === word);
  return own.commands.find((fact) => answers(fact) && fits(fact)) ?? null;
}

/** What the fact says about a credential that is not there. */
export function ownConsumption({ reads, whenMissing, reason }: OwnCommand): Consumption {
  return {
    reads,
    anyOf: reads.length > 0 ? [reads] : [],
    whenMissing: whenMissing ?? 'fails',
    workDone: false,
    reason: `${whenMissing === 'goes-on' ? 'goes on' : 'fails'} without it, as the configuration says: ${reason}`,
    source: 'the configuration',
    checked: true,
  };
}
