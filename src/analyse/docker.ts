import type { Dialect } from '../forge/dialects.js';
import type { Job, Step, Workflow } from '../model/model.js';
import type { Block, Call } from '../program/program.js';
import { fixedText, walkShell } from '../program/walk.js';
import { spanOf } from '../text/script.js';
import type { Span } from '../text/source.js';
import { type Answer, answerAt } from './answer.js';
import { shellScripts } from './shell-scripts.js';

/** A job that needs a container engine, and the labels of the runners that it may come to. */
export interface DockerJob extends Answer {
  readonly job: Job;
  /** What needs it, as it is written. */
  readonly by: string;
  readonly labels: readonly string[];
}

/** Commands in front of the one that is meant. */
const wrappers: ReadonlySet<string> = new Set(['sudo', 'time', 'nice', 'nohup', 'exec', 'command']);

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

function calledIn(body: Block, commands: readonly string[]): Use | null {
  const found: Use[] = [];
  walkShell(body, (node) => {
    const name = node.kind === 'call' ? commandOf(node) : null;
    if (node.kind === 'call' && name !== null && commands.includes(name))
      found.push({ by: name, span: spanOf(node.words[0]?.at ?? node.at) });
  });
  return found[0] ?? null;
}

function commandOf(call: Call): string | null {
  for (const word of call.words) {
    const text = fixedText(word);
    if (text === null) return null;
    const name = text.slice(text.lastIndexOf('/') + 1);
    if (!wrappers.has(name)) return name;
  }
  return null;
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
