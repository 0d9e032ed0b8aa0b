import { type Check, checksOf, meets, requiredContexts } from '../analyse/checks.js';
import type { Forge } from '../forge/forge.js';
import type { Workflow } from '../model/model.js';
import type { RuleContext } from './rule.js';

/** The option of the rules about required checks: for those who would rather name them than hand a file in. */
export const contextsOption = {
  description: 'the required checks, as the branch protection names them, beside those that --facts tells',
  type: 'array',
  items: { description: 'the name of a check', type: 'string', minLength: 1 },
  default: [],
} as const;

type Asked = Pick<RuleContext, 'forges' | 'forgeFacts' | 'notJudged'>;

/** The required contexts on each forge that the file is judged as. Says so where nobody told what is required. */
export function requiredOn(
  { forges, forgeFacts, notJudged }: Asked,
  named: readonly string[],
): { readonly forge: Forge; readonly contexts: readonly string[] }[] {
  const found = forges
    .map((forge) => ({ forge, contexts: requiredContexts(forge, named, forgeFacts.protections) }))
    .filter(({ contexts }) => contexts.length > 0);
  if (found.length === 0)
    notJudged('which checks are required is told by --facts, or by the option contexts');
  return found;
}

/** The checks of a workflow that are required, each with the name that it is required by. */
export function requiredChecks(
  workflow: Workflow,
  asked: Asked,
  named: readonly string[],
): { readonly forge: Forge; readonly check: Check; readonly required: string }[] {
  return requiredOn(asked, named).flatMap(({ forge, contexts }) =>
    checksOf(workflow, forge).flatMap((check) => {
      const required = contexts.find((context) => meets(check, context, forge) === 'yes');
      return required === undefined ? [] : [{ forge, check, required }];
    }),
  );
}
