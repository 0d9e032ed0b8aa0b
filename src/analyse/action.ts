import type { Action, ActionInput, Job, Workflow } from '../model/model.js';
import type { YamlScalar } from '../parse/yaml.js';

const CREDENTIAL_NAME =
  /(^|[-_])(token|secret|password|passwd|credentials?|api[-_]?key|private[-_]?key|access[-_]?key|key)$/i;
const CREDENTIAL_WORDS = /\b(token|secret|password|credential|api key|private key)\b/i;
const NO_CREDENTIAL = /(cache|restore|primary|public|sort|partition|config)[-_]?keys?$/i;

/** Does the input carry a credential, by what its author calls it? One with a default of its own is never missing. */
export function isCredential(input: ActionInput): boolean {
  if (input.default && input.default.scalar.text.text.trim() !== '') return false;
  if (NO_CREDENTIAL.test(input.name)) return false;
  return (
    CREDENTIAL_NAME.test(input.name) || (input.required && CREDENTIAL_WORDS.test(input.description ?? ''))
  );
}

/** The name of the job that stands for an action's steps. */
export const ACTION_JOB = '';

/** A workflow with one job, whose steps are the action's; null for an action without steps. */
export function workflowAround(action: Action): Workflow | null {
  const { source, steps } = action;
  const [first] = steps ?? [];
  if (!steps || !first) return null;
  const key: YamlScalar = {
    kind: 'scalar',
    value: ACTION_JOB,
    text: { source, text: ACTION_JOB, offsetOf: () => first.span.start },
    style: 'plain',
    span: first.headSpan,
  };
  const defaults = { shell: null, workingDirectory: null };
  const job: Job = {
    id: ACTION_JOB,
    key,
    name: null,
    needs: [],
    if: null,
    env: [],
    defaults,
    runsOn: null,
    container: false,
    environment: null,
    strategy: null,
    continueOnError: null,
    timeout: null,
    outputs: action.outputs,
    steps,
    uses: null,
    with: [],
    secrets: [],
    part: null,
    span: first.span,
  };
  return { source, name: null, triggers: [], env: [], defaults, jobs: [job], problems: [] };
}
