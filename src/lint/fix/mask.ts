import { nodesAround, pipelinesOf, type ShellAny } from '../../parse/shell-path.js';
import { isWorkflow } from '../callers.js';
import { FORK_TEST, rawText } from '../words.js';
import { isCovered } from './condition.js';
import { fileEdits, offsetInScript, type ScriptEdit, type ScriptText } from './script-text.js';
import { keepsForks, type Mend, type Scope, scriptAt } from './subject.js';
import { keyRemoved, mapWith } from './yaml-edits.js';

/**
 * The ways to let a failure be seen: what swallows it goes. Where forks go without the secret it stays, for their sake:
 * then only a test in front will do.
 */
export function maskMends(scope: Scope & { readonly by: string | null }): Mend[] {
  if (keepsForks(scope)) return forgivingForks(scope);
  const edits = editsFor(scope);
  return edits ? [edits] : [];
}

/** Where the whole job is forgiven no step of it can fail the run: it is forgiven for pull requests of forks only. */
function forgivingForks(scope: Scope & { readonly by: string | null }): Mend[] {
  const { hole, by } = scope;
  const flag = hole.job.continueOnError;
  if (by !== 'continue-on-error' || !flag || flag.span.start !== hole.span.start || !isCovered(scope))
    return [];
  const { style } = flag.template.scalar;
  if (hole.forge !== 'github' || style === 'literal' || style === 'folded') return [];
  return [{ edits: [{ span: flag.span, text: `\${{ ${FORK_TEST} }}` }] }];
}

function editsFor(scope: Scope & { readonly by: string | null }): Mend | null {
  const { hole, by } = scope;
  if (by === 'continue-on-error') {
    const map = mapWith('continue-on-error', hole.span);
    const edit = map && keyRemoved(map, 'continue-on-error');
    return edit && { edits: [edit] };
  }
  const found = scriptAt(scope, hole.span);
  if (!found) return null;
  const { script } = found;
  const start = offsetInScript(script, hole.span.start);
  if (start < 0) return null;
  const edits = inScript(scope, script, nodesAround(script.parsed.script, start, start + 1));
  const written = edits && fileEdits(script, edits);
  return written && { edits: written };
}

function inScript(
  { hole, file, by }: Scope & { readonly by: string | null },
  script: ScriptText,
  path: readonly ShellAny[],
): ScriptEdit[] | null {
  switch (by) {
    case '||':
      return withoutOr(path);
    case 'curl':
      return withFail(path);
    case '|':
      return hasPipefail(hole, file) ? withPipefail(script) : null;
    default:
      return null;
  }
}

/** Only bash is sure to know the option; in a container any shell may be the default. */
function hasPipefail({ step, job }: Scope['hole'], file: Scope['file']): boolean {
  const defaults = isWorkflow(file) ? file.defaults.shell : null;
  const shell = rawText(step?.shell ?? job.defaults.shell ?? defaults);
  return shell === null ? !job.container && isWorkflow(file) : /^bash\b/.test(shell);
}

/** `cmd || true` is `cmd`. What is said behind `||` may be the word on another failure, which is to be forgiven. */
function withoutOr(path: readonly ShellAny[]): ScriptEdit[] | null {
  const list = path.findLast((node) => node.type === 'AndOr');
  const last = list?.commands.at(-1);
  const before = list?.commands.at(-2);
  if (!list || !last || !before || list.operators.some((operator) => operator !== '||')) return null;
  const name = last.type === 'Command' ? last.name?.value : null;
  return name === 'true' || name === ':' ? [{ start: before.end, end: last.end, text: '' }] : null;
}

/** Not where the script asks for the status of the answer: then it is the script that judges it. */
function withFail(path: readonly ShellAny[]): ScriptEdit[] | null {
  const command = path.findLast((node) => node.type === 'Command');
  const name = command?.name;
  if (name?.value !== 'curl') return null;
  const asksForStatus = command?.suffix.some(
    (word) => word.type === 'Word' && /^(-[a-zA-Z]*[wfi]|--(write-out|fail.*|include))/.test(word.value),
  );
  if (asksForStatus) return null;
  return [{ start: name.end, end: name.end, text: ' --fail-with-body' }];
}

/** Commands that may stop reading before all is written: what writes to them then fails, and rightly nobody minds. */
const leavers = ['head', 'grep', 'sed', 'awk', 'read', 'true', 'xargs'];

/** Only where one pipeline is all that the option would judge. */
function withPipefail(script: ScriptText): ScriptEdit[] | null {
  const pipelines = pipelinesOf(script.parsed.script).filter(({ commands }) => commands.length > 1);
  const [only, ...more] = pipelines;
  const [first] = script.parsed.script.commands;
  if (!only || more.length > 0 || !first || !script.hasLines) return null;
  const reads = only.commands.slice(1);
  if (reads.some((node) => node.type !== 'Command' || leavers.includes(node.name?.value ?? ''))) return null;
  const { text } = script.text;
  const line = text.lastIndexOf('\n', first.pos - 1) + 1;
  const indent = text.slice(line, first.pos);
  if (indent.trim() !== '') return null;
  return [{ start: first.pos, end: first.pos, text: `set -o pipefail\n${indent}` }];
}
