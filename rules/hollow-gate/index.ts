import { type HollowGate, hollowGates } from '../../src/analyse/hollow-gate.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { listed, ownerTitle } from '../../src/lint/words.js';

type GateOf<Kind extends HollowGate['kind']> = Extract<HollowGate, { kind: Kind }>;

const strict =
  "let every result but success fail the job:\nif: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped') }}";

const messages = {
  hidesFailure: (gate: GateOf<'hides-failure'>): Message => ({
    message: `${gateTitle(gate)} is green when ${listed(gate.failed, 'or')} fails: ${few(gate.needs)} ${gate.needs.length === 1 ? 'is' : 'are'} skipped then, and it takes skipped for passed`,
    help: `add ${listed(gate.failed)} to its needs, or ${strict}`,
  }),
  acceptsCancelled: (gate: GateOf<'cancelled'>): Message => ({
    message: `${gateTitle(gate)} is green when ${few(gate.needs)} ran out of time: a job that exceeds its timeout is cancelled, and not failed`,
    help: strict,
  }),
  acceptsSkipped: (gate: GateOf<'conditional'>): Message => ({
    message: `${gateTitle(gate)} is green when ${few(gate.needs)} did not run at all`,
    help: `where it may be left out, let the job decide in a first step, so that it runs and says so; else ${strict}`,
  }),
};

function gateTitle(gate: HollowGate): string {
  return `the gate ${ownerTitle({ job: gate.job, step: null })}`;
}

/** The first few names. */
function few(names: readonly string[]): string {
  const more = names.length - 3;
  return more > 0 ? `${names.slice(0, 3).join(', ')} or ${more} more` : listed(names, 'or');
}

export const rule = defineRule({
  meta: {
    id: 'hollow-gate',
    severity: 'warning',
    summary: 'A job that collects the results of others and is green when one of them has not run.',
    options: {
      conditional: {
        description: 'what to say of a gate over jobs whose own if leaves them out',
        type: 'string',
        enum: ['allow', 'report'],
        default: 'allow',
      },
    },
  },
  messages,
  check({ file, options, onEachForge, knowledge, report }) {
    if (!('triggers' in file)) return;
    for (const gate of onEachForge((dialect) => hollowGates(file, dialect, knowledge))) {
      switch (gate.kind) {
        case 'hides-failure':
          report({ messageId: 'hidesFailure', data: gate, about: gate });
          break;
        case 'cancelled':
          report({ messageId: 'acceptsCancelled', data: gate, about: gate });
          break;
        case 'conditional':
          if (options.conditional === 'report')
            report({ messageId: 'acceptsSkipped', data: gate, about: gate });
      }
    }
  },
});
