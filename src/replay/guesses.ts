// What nobody knows of a run (a variable of the repository, what a command prints) is guessed, alike in both worlds.

/** The guesses of one run: which value each unknown has, and what was asked for. */
export interface Guesses {
  /**
   * One of the values: the first unless the run is to try another. The same name gives the same answer all along.
   * `labels` say them for readers, where they are no texts.
   */
  pick<Value>(name: string, values: readonly Value[], labels?: readonly string[]): Value;
  /** What was chosen in place of the first answer: `vars.channel: stable`. */
  readonly assumed: ReadonlyMap<string, string>;
  /** How many values there were to choose from, by name, in the order in which they were asked for. */
  readonly asked: ReadonlyMap<string, number>;
  readonly choices: Choices;
}

/** Which value is taken for each name; the first for one that is not named. */
export type Choices = ReadonlyMap<string, number>;

export function newGuesses(choices: Choices): Guesses {
  const asked = new Map<string, number>();
  const assumed = new Map<string, string>();
  return {
    asked,
    assumed,
    choices,
    pick(name, values, labels) {
      if (!asked.has(name)) asked.set(name, values.length);
      const at = choices.get(name) ?? 0;
      const value = values[at] ?? values[0];
      if (at > 0 && at < values.length) assumed.set(name, labels?.[at] ?? String(value));
      if (value === undefined) throw new Error(`'${name}' has no value to choose`);
      return value;
    },
  };
}

/** Something that cannot be run or told here; the message is the reason why a finding is not replayable. */
export class NotReplayable extends Error {}
