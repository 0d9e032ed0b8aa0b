import type { Invocation, Launch } from './invocation.js';
import { ended } from './machine.js';
import { record, type State, setVariable, success } from './state.js';
import { emptyValue, textOf, type Value } from './values.js';

/** Commands that only run another command: how many of their own words come first. */
const WRAPPERS: Readonly<Record<string, { valued: string; words: number }>> = {
  sudo: { valued: 'ugpCDhRTU', words: 0 },
  env: { valued: 'uCS', words: 0 },
  command: { valued: '', words: 0 },
  builtin: { valued: '', words: 0 },
  nohup: { valued: '', words: 0 },
  time: { valued: 'fo', words: 0 },
  nice: { valued: 'n', words: 0 },
  ionice: { valued: 'cn', words: 0 },
  stdbuf: { valued: 'ioe', words: 0 },
  timeout: { valued: 'ks', words: 1 },
  setsid: { valued: '', words: 0 },
};

export function runExec({ args, call, lacks }: Invocation, state: State, launch: Launch): State[] {
  if (args.length === 0) return ended(state, success);
  return launch(args, lacks, state, true).map((end) => {
    if (end.flow) return end;
    end.flow = { kind: 'exit' };
    // The program takes the shell's place: nobody is left to run its trap.
    end.traps = new Map();
    record(end, { kind: 'leave', how: 'exec', site: call, where: call.at, green: end.status.code === 0 });
    return end;
  });
}

/** `env A=b cmd`: the assignments hold for the command alone. */
export function runEnv({ args, lacks }: Invocation, state: State, launch: Launch): State[] {
  const before = state.vars;
  const names: string[] = [];
  let rest = unwrapped(args, { valued: 'uCS', words: 0 });
  for (let [first] = rest; first; [first] = rest) {
    const [head, ...more] = first.pieces;
    const equals = typeof head === 'string' ? head.indexOf('=') : -1;
    if (typeof head !== 'string' || equals <= 0 || !/^\w+$/.test(head.slice(0, equals))) break;
    const text = head.slice(equals + 1);
    names.push(head.slice(0, equals));
    const value = { pieces: text === '' ? more : [text, ...more], lacks: first.lacks };
    setVariable(state, head.slice(0, equals), {
      value,
      elements: null,
      exact: true,
      exported: true,
      fromStep: false,
    });
    rest = rest.slice(1);
  }
  if (rest.length === 0) return ended(state, success);
  return launch(rest, lacks, state, true).map((end) => {
    for (const name of names) setVariable(end, name, before.get(name) ?? null);
    return end;
  });
}

/** The words after the options of a wrapper. */
function unwrapped(args: readonly Value[], wrapper: { valued: string; words: number }): readonly Value[] {
  let at = 0;
  while (at < args.length) {
    const text = textOf(args[at] ?? emptyValue);
    if (!text?.startsWith('-') || text.length === 1) break;
    at += text.length === 2 && wrapper.valued.includes(text.charAt(1)) ? 2 : 1;
  }
  return args.slice(at + wrapper.words);
}

/** `sudo cmd`, `timeout 60 cmd`, `command cmd`; null for what is no wrapper. */
export function runWrapper(invocation: Invocation, state: State, launch: Launch): State[] | null {
  const { name, args, lacks } = invocation;
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (!wrapper) return null;
  const rest = unwrapped(args, wrapper);
  if (rest.length === 0) return ended(state, success);
  if (name !== 'command' && name !== 'builtin') return launch(rest, lacks, state, name !== 'time');
  // Functions are passed over, the shell's own commands are not.
  const { functions } = state;
  state.functions = functions.without(textOf(rest[0] ?? emptyValue) ?? '');
  return launch(rest, lacks, state, false).map((end) => {
    end.functions = functions;
    return end;
  });
}
