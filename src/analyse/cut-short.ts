import { type Args, hasShort } from '../facts/arguments.js';
import { unwrap } from '../facts/wrappers.js';
import type { Dialect } from '../forge/dialects.js';
import type { Job, Workflow } from '../model/model.js';
import type { Call, Node } from '../program/program.js';
import { fixedText, walkShell } from '../program/walk.js';
import { spanOf } from '../text/script.js';
import type { Knowledge } from './analyse.js';
import { type Answer, answerAt } from './answer.js';
import { shellScripts } from './shell-scripts.js';
import { coloursGiven } from './what-if.js';

/**
 * A pipeline under `pipefail` whose reader stops before the writer has written all: the writer is ended by SIGPIPE with 141, or
 * is done in time and is not.
 */
export interface CutShort extends Answer {
  readonly job: Job;
  /** The command that writes, as the configuration names it. */
  readonly writer: string;
  /** The command that stops reading: `head`, `grep -q`. */
  readonly reader: string;
}

/**
 * The pipelines of a workflow in which one of the commands (`docker`, `docker info`) writes to a command that stops early, and
 * whose failure fails the job.
 */
export function cutShort(
  workflow: Workflow,
  dialect: Dialect,
  commands: readonly string[],
  knowledge: Knowledge,
): CutShort[] {
  const wanted = commands.map((command) => command.split(' '));
  return shellScripts(workflow, dialect).flatMap(({ job, step, program }): CutShort[] => {
    if (!job) return [];
    const found: CutShort[] = [];
    walkShell(program.body, (node) => {
      if (node.kind !== 'pipeline') return;
      for (const [index, stage] of node.stages.entries()) {
        const writer = stage.kind === 'call' ? writerOf(stage, wanted) : null;
        const next = node.stages[index + 1];
        const reader = next?.kind === 'call' ? readerOf(next) : null;
        if (writer === null || reader === null || !next) continue;
        const contexts = redBecauseOf(stage, workflow, job, dialect, knowledge);
        if (contexts.length === 0) continue;
        const answer = answerAt(dialect.forge, spanOf(next.at), 'stops reading', { job, step }, 'likely');
        const witness = [
          { span: spanOf(stage.at), text: 'is ended by SIGPIPE where it is not done yet' },
          ...answer.witness,
        ];
        found.push({ ...answer, contexts, witness, job, writer, reader });
      }
    });
    return found;
  });
}

function writerOf(call: Call, wanted: readonly (readonly string[])[]): string | null {
  const inner = innerOf(call);
  const words = inner && [inner.name, ...inner.args];
  return wanted.find((names) => names.every((name, index) => words?.[index] === name))?.join(' ') ?? null;
}

/** The command as messages name it, if it ends before its input does (POSIX head, grep -q; GNU grep -m). */
function readerOf(call: Call): string | null {
  const inner = innerOf(call);
  switch (inner?.name) {
    case 'head':
      return countsFromEnd(inner.args) ? null : 'head';
    case 'grep':
    case 'egrep':
    case 'fgrep':
      return stopsEarly(inner.args) ? 'grep' : null;
    default:
      return null;
  }
}

/** `head -n -5` and `head -c-5` have to see the end. */
function countsFromEnd(args: Args): boolean {
  return args.some((arg, index) => {
    const before = args[index - 1];
    const isValue = before === '-n' || before === '-c' || before === '--lines' || before === '--bytes';
    const attached = /^(-[nc]|--lines=|--bytes=)-/.test(arg ?? '');
    return attached || (isValue && (arg === null || arg.startsWith('-')));
  });
}

function stopsEarly(args: Args): boolean {
  return (
    hasShort(args, 'q', 'efABCm') ||
    hasShort(args, 'm', 'efABC') ||
    args.some((arg) => arg !== null && /^--(quiet|silent|max-count)(=|$)/.test(arg))
  );
}

function innerOf(call: Call): ReturnType<typeof unwrap> {
  const [head, ...args] = call.words.map(fixedText);
  return typeof head === 'string' ? unwrap(head, args) : null;
}

/** The contexts in which the job is red where the command fails, and not red already. */
function redBecauseOf(
  writer: Node,
  workflow: Workflow,
  job: Job,
  dialect: Dialect,
  knowledge: Knowledge,
): string[] {
  const given = (status: 0 | 1) =>
    coloursGiven(
      workflow,
      job,
      new Map([[writer, { status, prints: 'something' as const }]]),
      dialect,
      knowledge,
    );
  const failed = given(1);
  const red = [...failed].filter(([, colour]) => colour === 'red').map(([name]) => name);
  if (red.length === 0) return [];
  const succeeded = given(0);
  return red.filter((name) => succeeded.get(name) !== 'red');
}
