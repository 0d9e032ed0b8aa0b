import { type Flip, flipsSince } from '../../src/analyse/flips.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { listed, ownerTitle } from '../../src/lint/words.js';

type FlipOf<Kind extends Flip['kind']> = Extract<Flip, { kind: Kind }> & {
  /** What the base is called. */
  readonly since: string;
};

const messages = {
  forgiven: ({ since, ...flip }: FlipOf<'forgiven'>): Message => ({
    message: `${ownerTitle(flip)} is forgiven, which it was not in ${since}: what made the job red there leaves it green`,
    help: 'mend what fails, and drop continue-on-error; or say in an ignore comment why nobody has to hear of it',
  }),
  unheard: ({ since, commands, ...flip }: FlipOf<'unheard'>): Message => ({
    message: `that ${few(commands)} fails made ${ownerTitle({ job: flip.job, step: null })} red in ${since}, and leaves it green now`,
    help: 'let the failure end the step again: what swallows it here has come since',
  }),
  leftOut: ({ since, everywhere, ...flip }: FlipOf<'left-out'>): Message => ({
    message: `${ownerTitle(flip)} ran in ${since}, and its condition leaves it out now${everywhere ? '' : ' on some events'}: a job that is skipped counts as passed`,
    help: 'drop the condition, or delete the job, so that whoever requires it notices',
  }),
  unmasked: ({ since, ...flip }: FlipOf<'unmasked'>): Message => ({
    message: `${ownerTitle(flip)} was forgiven in ${since} and is not any more: that its checks were green so far says nothing`,
    help: 'read the logs of its last runs before the merge: what failed in them will be red from now on',
  }),
  unpaired: ({ gate, masked, since, ...flip }: FlipOf<'unpaired'>): Message => ({
    message: masked
      ? `${ownerTitle({ job: flip.job, step: null })} is forgiven and the gate ${gate} needs it, one of which is new since ${since}: it can hear nothing of it`
      : `${ownerTitle({ job: flip.job, step: null })} is not forgiven and the gate ${gate} does not need it, one of which is new since ${since}: its failure holds nothing up`,
    help: masked
      ? 'take it out of the needs of the gate in the same change'
      : 'add it to the needs of the gate in the same change',
  }),
};

/** The first few commands, each of them shortened. */
function few(commands: readonly string[]): string {
  const shown = commands.slice(0, 2).map((text) => `'${text.length > 60 ? `${text.slice(0, 59)}…` : text}'`);
  const more = commands.length - shown.length;
  return more > 0 ? `${shown.join(', ')} or ${more} more` : listed(shown, 'or');
}

export const rule = defineRule({
  meta: {
    id: 'masked-job-flip',
    severity: 'warning',
    summary: 'A job whose failures made it red in the base revision, and leave it green now.',
    preset: 'strict',
    compares: true,
    options: {
      gate: {
        description: 'the id of the job that collects the others: its needs and their masks change together',
        type: 'string',
        minLength: 1,
      },
      unmasked: {
        description: 'whether to say, as a note, that a job is forgiven no more',
        type: 'boolean',
        default: true,
      },
    },
  },
  messages,
  check({ file, base, options, onEachForge, knowledge, notJudged, report }) {
    if (!('triggers' in file)) return;
    const before = base();
    if (before.kind === 'not-given') return notJudged('which revision to compare with is told by --base');
    if (before.kind === 'broken')
      return notJudged(`${file.source.path} has broken YAML in ${before.revision}`);
    if (before.kind === 'absent' || !('triggers' in before.file)) return;
    const { revision: since, file: old } = before;
    const flips = onEachForge((dialect) => {
      const compared = flipsSince(old, file, options.gate ?? null, dialect, knowledge);
      for (const job of compared.tooLong)
        notJudged(`job ${job.id} has too many commands for each of them to be tried`);
      return compared.flips;
    });
    for (const flip of flips) {
      const about = flip;
      switch (flip.kind) {
        case 'forgiven':
          report({ messageId: 'forgiven', data: { ...flip, since }, about });
          break;
        case 'unheard':
          report({ messageId: 'unheard', data: { ...flip, since }, about });
          break;
        case 'left-out': {
          const severity = flip.everywhere ? 'warning' : 'note';
          report({ messageId: 'leftOut', data: { ...flip, since }, about, severity });
          break;
        }
        case 'unmasked':
          if (options.unmasked)
            report({ messageId: 'unmasked', data: { ...flip, since }, about, severity: 'note' });
          break;
        case 'unpaired':
          report({ messageId: 'unpaired', data: { ...flip, since }, about });
      }
    }
  },
});
