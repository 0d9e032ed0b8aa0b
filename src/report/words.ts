import type { Finding, LintResult, Suppressed, SuppressedBy } from '../lint/finding.js';
import type { RenderOptions } from './options.js';
import { suppressedInOrder } from './order.js';
import { visible } from './text.js';

/** The events of a finding in words: `on push, pull_request from the same repository (not from forks)`; `''` for all. */
export function eventsInWords({ contexts }: Finding): string {
  if (contexts.length === 0) return '';
  const withoutForks = contexts.includes('pull_request:same-repo') && !contexts.includes('pull_request:fork');
  return `on ${contexts.map(contextInWords).join(', ')}${withoutForks ? ' (not from forks)' : ''}`;
}

function contextInWords(context: string): string {
  if (context === 'unknown') return 'any event that nobody listed';
  const [event = '', who] = context.split(':', 2);
  switch (who) {
    case undefined:
      return event;
    case 'same-repo':
      return `${event} from the same repository`;
    case 'fork':
      return `${event} from a fork`;
    case 'dependabot':
      return `${event} from Dependabot`;
    default:
      return context;
  }
}

/** Where and when a finding holds, in one line: `job mirror · on push · gitea · proved`. */
export function circumstances(finding: Finding): string {
  const job = finding.job === null ? '' : `job ${finding.job}`;
  return [job, eventsInWords(finding), finding.forge, finding.confidence]
    .filter((part) => part !== '')
    .join(' · ');
}

/** A text of several lines, each of them harmless by itself. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

const byInWords: Readonly<Record<SuppressedBy, string>> = {
  directive: 'ignored',
  baseline: 'in the baseline',
  'optional-secret': 'the secret is optional',
  override: 'off by override',
};

/** Who accepted a finding and why: `ignored until 2027-01-31: the mirror is down`. */
export function acceptance({ by, reason, until }: Suppressed): string {
  return `${byInWords[by]}${until === null ? '' : ` until ${until}`}: ${reason}`;
}

/** The accepted findings that the report has to show, in reading order. */
export function shownSuppressed(result: LintResult, options: RenderOptions): Suppressed[] {
  return options.showSuppressed ? suppressedInOrder(result.suppressed) : [];
}
