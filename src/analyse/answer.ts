import type { Forge } from '../forge/forge.js';
import type { Job, Step } from '../model/model.js';
import type { Span } from '../text/source.js';
import type { Label } from './hole.js';

/** What every answer of the analysis says of itself, so that a rule can report it. */
export interface Answer {
  readonly forge: Forge;
  /** Where it stands; both null where it concerns the file. */
  readonly job: Job | null;
  readonly step: Step | null;
  /** The place that a person would edit. */
  readonly span: Span;
  readonly confidence: 'proved' | 'likely';
  readonly secrets: readonly string[];
  /** Empty where it holds in every event. */
  readonly contexts: readonly string[];
  readonly witness: readonly Label[];
}

/** An answer that no secret and no event has part in. `text` labels its place. */
export function answerAt(
  forge: Forge,
  span: Span,
  text: string,
  { job = null, step = null }: { readonly job?: Job | null; readonly step?: Step | null } = {},
  confidence: Answer['confidence'] = 'proved',
): Answer {
  return { forge, job, step, span, confidence, secrets: [], contexts: [], witness: [{ span, text }] };
}
