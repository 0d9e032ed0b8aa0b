import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Ran, runIn } from './clone.js';

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
}

interface ActionStep {
  readonly shell: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ActionRun extends Ran {
  /** What the step has added to its summary. */
  readonly summary: string;
}

/**
 * Runs a composite action of `run:` steps as runners do: inputs with their defaults go in where `${{ inputs.x }}`
 * stands, each step is a file that bash runs with errexit and pipefail, and a step that fails ends it.
 */
export function runComposite(
  actionFolder: string,
  workspace: string,
  temporary: string,
  given: Readonly<Record<string, string>>,
  extra: Readonly<Record<string, string>> = {},
): ActionRun {
  const action: ActionFile = parse(readFileSync(join(actionFolder, 'action.yml'), 'utf8'));
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: otherwise = '' }]) => [
      name,
      given[name] ?? otherwise,
    ]),
  );
  const evaluated = (text: string) =>
    text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => inputs[name] ?? '');
  mkdirSync(temporary, { recursive: true });
  const summary = join(temporary, 'summary.md');
  writeFileSync(summary, '');
  let output = '';
  for (const [index, step] of action.runs.steps.entries()) {
    if (step.shell !== 'bash') throw new Error(`this runner has no shell ${step.shell}`);
    const script = join(temporary, `step-${index}.sh`);
    writeFileSync(script, evaluated(step.run));
    const env = Object.fromEntries(
      Object.entries(step.env ?? {}).map(([name, value]) => [name, evaluated(value)]),
    );
    const ran = runIn(workspace, 'bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
      ...extra,
      ...env,
      CI: 'true',
      GITHUB_ACTION_PATH: actionFolder,
      GITHUB_WORKSPACE: workspace,
      GITHUB_STEP_SUMMARY: summary,
    });
    output += ran.output;
    if (ran.status !== 0) return { status: ran.status, output, summary: readFileSync(summary, 'utf8') };
  }
  return { status: 0, output, summary: readFileSync(summary, 'utf8') };
}
