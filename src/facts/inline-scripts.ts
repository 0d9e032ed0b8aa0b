/** How an action runs a script that it is given as an input. */
export interface InlineScript {
  /** The input, lower case. */
  readonly input: string;
  /** Inputs that change how it is run: where one is given, the script is not followed. */
  readonly unless: readonly string[];
  readonly source: string;
}

const retry: InlineScript = {
  input: 'command',
  unless: ['continue_on_error', 'shell', 'new_command_on_retry'],
  source:
    'nick-fields/retry README and src/index.ts: the command is run by bash -c, and its status is the step’s',
};

const scripts: ReadonlyMap<string, InlineScript> = new Map([
  ['nick-fields/retry', retry],
  ['nick-invision/retry', retry],
]);

/** The fact about an action by its name without version (`nick-fields/retry`); null for one that runs no script of its inputs. */
export function inlineScript(action: string): InlineScript | null {
  return scripts.get(action.toLowerCase()) ?? null;
}
