import { actionFacts, preparing } from './action-table.js';
import { noFacts, type OwnAction, type OwnFacts } from './own.js';

/** What is known about one action. Names of inputs are lower case: runners ignore their case. */
export interface ActionFact {
  /** `owner/name` or `owner/name/path`, lower case; `owner/*` and `owner/name/*` stand for all below. */
  readonly action: string;
  readonly effect: 'prepares' | 'work';
  /** Inputs that carry a secret. */
  readonly credentials: readonly string[];
  /** Environment variables that it reads as credentials. */
  readonly env: readonly string[];
  /**
   * What happens when its credential is the empty string: the step fails, goes on without the work, or
   * goes on unless an input has a value (compared without regard to case).
   */
  readonly whenMissing:
    | 'fails'
    | 'goes-on'
    | { readonly softUnless: { readonly input: string; readonly value: string } }
    | 'unknown';
  /** An input value that makes an action that fails go on; `env` is a variable that does so, too. */
  readonly softIf?: { readonly input: string; readonly value: string; readonly env?: string };
  /** Inputs whose default is the automatic token (an explicit empty string switches that default off). */
  readonly alwaysAvailable: readonly string[];
  /** Inputs and environment variables that may be empty: the action takes another way and still does its work. */
  readonly tolerates?: readonly string[];
  /** Input values with which no credential is needed (OIDC in place of a token). */
  readonly unneededIf?: readonly { readonly input: string; readonly value: string }[];
  /** Input values that turn it into a rehearsal: `push: false`. */
  readonly rehearsal?: readonly { readonly input: string; readonly value: string }[];
  /** It sets variables of the environment for the steps behind it, by names that its inputs or the store decide. */
  readonly exports?: true;
  readonly source: string;
  /** True where the source was opened and read when the fact was written; else it is common knowledge of the action. */
  readonly checked: boolean;
}

/** Deeper paths than this are no action's: the bound keeps hostile text cheap. */
const deepest = 6;

const byName: ReadonlyMap<string, ActionFact> = new Map(actionFacts.map((fact) => [fact.action, fact]));

/**
 * The fact about the action that `uses` names, whatever its version and host
 * (`codecov/codecov-action@v4`, `https://code.forgejo.org/docker/login-action@v3`); null where none is known.
 */
export function actionFact(uses: string, own: OwnFacts = noFacts): ActionFact | null {
  const segments = actionSegments(uses);
  if (segments === null) return null;
  const fact = lookUp(segments, (name) => byName.get(name) ?? null);
  const told = ownAction(segments, own, (one) => one.credentials !== null);
  if (!told?.credentials) return fact;
  const rest = fact ?? { action: told.action, alwaysAvailable: [] };
  const effect = actionEffect(uses, own);
  return { ...rest, ...told.credentials, effect, source: 'the configuration', checked: true };
}

/** The first fact of the configuration that names the action, and answers the question. */
function ownAction(
  segments: readonly string[],
  own: OwnFacts,
  answers: (fact: OwnAction) => boolean,
): OwnAction | null {
  const told = own.actions.filter(answers);
  return lookUp(segments, (name) => told.find((one) => one.action === name) ?? null);
}

/**
 * Whether an action only makes the machine ready. By the tables, else by its name (`setup-x`, `install-x`,
 * `cache`, `…-login`); everything else is work, local actions and images too.
 */
export function actionEffect(uses: string, own: OwnFacts = noFacts): 'prepares' | 'work' {
  const segments = actionSegments(uses);
  if (segments === null) return 'work';
  const told = ownAction(segments, own, (one) => one.effect !== null);
  if (told?.effect) return told.effect;
  const fact = lookUp(segments, (name) => byName.get(name) ?? null);
  if (fact && !fact.action.endsWith('/*')) return fact.effect;
  const listed = lookUp(segments, (name) => (preparing.has(name) ? name : null));
  if (listed !== null || segments.slice(1).some(soundsPreparing)) return 'prepares';
  return fact?.effect ?? 'work';
}

/** `owner`, `name` and the path, lower case; null for local actions, images and other text. */
function actionSegments(uses: string): readonly string[] | null {
  const text = uses.trim().toLowerCase();
  if (text.startsWith('.') || text.startsWith('docker:')) return null;
  const scheme = text.indexOf('://');
  let start = 0;
  if (scheme !== -1) {
    const host = text.indexOf('/', scheme + 3);
    if (host === -1) return null;
    start = host + 1;
  }
  const at = text.indexOf('@', start);
  const path = text.slice(start, at === -1 ? text.length : at);
  const segments = path.split('/', deepest + 1).filter((segment) => segment !== '');
  const [, name] = segments;
  if (name === undefined || segments.length > deepest) return null;
  if (name.endsWith('.git')) return [segments[0] ?? '', name.slice(0, -4), ...segments.slice(2)];
  return segments;
}

/** The exact name first, then the globs from the narrowest to the widest. */
function lookUp<Found>(segments: readonly string[], find: (name: string) => Found | null): Found | null {
  const exact = find(segments.join('/'));
  if (exact !== null) return exact;
  for (let length = segments.length - 1; length > 0; length--) {
    const found = find(`${segments.slice(0, length).join('/')}/*`);
    if (found !== null) return found;
  }
  return null;
}

const preparingStarts = [
  'setup-',
  'install-',
  'cache-',
  'restore-cache',
  'save-cache',
  'free-disk',
  'checkout',
];
const preparingEnds = [
  '-setup',
  '-installer',
  '-install',
  '-cache',
  '-login',
  '-toolchain',
  '-checkout',
  '-set-context',
];
const preparingNames: ReadonlySet<string> = new Set([
  'setup',
  'install',
  'cache',
  'restore',
  'save',
  'login',
  'checkout',
  'action-setup',
  'setup-action',
  'install-action',
  'login-action',
  'cache-action',
]);

function soundsPreparing(segment: string): boolean {
  if (preparingNames.has(segment)) return true;
  if (preparingStarts.some((start) => segment.startsWith(start))) return true;
  return preparingEnds.some((end) => segment.endsWith(end));
}
