import type { Args } from '../facts/arguments.js';
import { unwrap } from '../facts/wrappers.js';
import type { Dialect } from '../forge/dialects.js';
import type { Job, Step, Workflow } from '../model/model.js';
import { lowerShellText } from '../program/lower/shell.js';
import type { Block, Call, Word } from '../program/program.js';
import { fixedText, walkShell } from '../program/walk.js';
import { spanOf } from '../text/script.js';
import type { Span } from '../text/source.js';
import { type Answer, answerAt } from './answer.js';
import { readFlags } from './fresh-shell.js';
import { shellScripts } from './shell-scripts.js';

/** A job that needs a container engine, and the labels of the runners that it may come to. */
export interface DockerJob extends Answer {
  readonly job: Job;
  /** What needs it, as it is written. */
  readonly by: string;
  readonly labels: readonly string[];
}

/** The jobs that use one of the commands or actions, and whose runners are written down. */
export function dockerJobs(
  workflow: Workflow,
  dialect: Dialect,
  commands: readonly string[],
  actions: readonly string[],
): DockerJob[] {
  const scripts = shellScripts(workflow, dialect);
  return workflow.jobs.flatMap((job): DockerJob[] => {
    const labels = labelsOf(job);
    if (labels === null) return [];
    const own = scripts.filter((script) => script.job === job);
    const use =
      job.steps.map((step) => usedBy(step, actions)).find((found) => found !== null) ??
      own.map(({ program }) => calledIn(program.body, commands)).find((found) => found !== null);
    if (!use || !job.runsOn) return [];
    const answer = answerAt(
      dialect.forge,
      job.runsOn.span,
      'any runner with these labels',
      { job },
      'likely',
    );
    return [
      {
        ...answer,
        job,
        by: use.by,
        labels,
        witness: [...answer.witness, { span: use.span, text: 'needs docker' }],
      },
    ];
  });
}

interface Use {
  readonly by: string;
  readonly span: Span;
}

function usedBy({ uses }: Step, actions: readonly string[]): Use | null {
  const text = uses?.scalar.text.text.trim() ?? '';
  if (
    !uses ||
    (text.startsWith('docker://') === false && !actions.some((action) => fitsAction(text, action)))
  )
    return null;
  return { by: text, span: uses.scalar.span };
}

/** `docker/*` stands for all actions of an owner. */
function fitsAction(text: string, action: string): boolean {
  const name = (text.split('@')[0] ?? '').toLowerCase();
  const wanted = action.toLowerCase();
  return wanted.endsWith('/*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

/** How many shells may stand in one another's words: `bash -c "bash -c …"`. */
const MAX_NESTED = 4;

/** The first of the commands that a script runs, behind wrappers and in the shells that it starts. */
function calledIn(body: Block, commands: readonly string[], depth = 0): Use | null {
  const found: Use[] = [];
  walkShell(body, (node) => {
    if (found.length > 0 || node.kind !== 'call') return;
    const { words } = node;
    const [head, ...args] = words.map(fixedText);
    const inner = typeof head === 'string' ? unwrap(head, args) : null;
    if (!inner || inner.name === null) return;
    const first = words.length - inner.args.length - 1;
    const span = spanOf(words[first]?.at ?? node.at);
    const written = fixedText(words[first]) ?? inner.name;
    const by = commands.find(
      (one) => one === inner.name || one === written.slice(written.lastIndexOf('/') + 1),
    );
    if (by !== undefined) found.push({ by, span });
    else if (depth < MAX_NESTED) {
      const nested = shellTextOf(inner.name, inner.args, words.slice(first + 1), node);
      const use = nested && calledIn(nested, commands, depth + 1);
      if (use) found.push(use);
    }
  });
  return found[0] ?? null;
}

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash']);

/** The script that stands in the words of a call as it is: `bash -c '…'`, `eval '…'`, a here-document for `bash`. */
function shellTextOf(name: string, args: Args, words: readonly Word[], call: Call): Block | null {
  if (name === 'eval') return blockOf(words[0], args[0]);
  if (!shells.has(name)) return null;
  const { inline, count } = readFlags(args);
  if (inline) return blockOf(words[count], args[count]);
  const input = call.redirects.findLast(({ descriptor }) => descriptor === 0);
  if (args.length > 0 || (input?.operator !== '<<' && input?.operator !== '<<<')) return null;
  return blockOf(input.target, fixedText(input.target));
}

function blockOf(word: Word | undefined, text: string | null | undefined): Block | null {
  if (!word || text === null || text === undefined) return null;
  const program = lowerShellText(text, word.at);
  return program.unreadable ? null : program.body;
}

/** The labels as they are written; null where an expression decides them, or none are there. */
function labelsOf({ runsOn }: Job): readonly string[] | null {
  if (!runsOn) return null;
  const list =
    runsOn.kind === 'map' ? runsOn.pairs.find(({ key }) => key.text.text === 'labels')?.value : runsOn;
  const nodes = list?.kind === 'list' ? list.items : [list ?? null];
  const labels = nodes.map((node) => (node?.kind === 'scalar' ? node.text.text.trim() : ''));
  return labels.some((label) => label === '' || label.includes('${{')) ? null : labels;
}
