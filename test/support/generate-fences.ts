import fc from 'fast-check';
import type { Forge } from '../../src/forge/forge.js';

// Random workflows whose conditions are true whatever happens, in the ways that people come to write them.

export interface GeneratedFence {
  readonly forge: Forge;
  readonly path: string;
  readonly files: Readonly<Record<string, string>>;
  readonly form: string;
  /** The events in which the work was to be done. */
  readonly meant: readonly string[];
}

interface Test {
  readonly words: string;
  readonly holds: readonly string[];
}

const events = ['push', 'pull_request'];

// Two tests of the same thing could contradict one another, which is another matter.
const eventTests: readonly Test[] = [
  { words: "github.event_name == 'push'", holds: ['push'] },
  { words: "github.event_name != 'push'", holds: ['pull_request'] },
  { words: "github.event_name == 'pull_request'", holds: ['pull_request'] },
];
const otherTests: readonly Test[] = [
  { words: "github.repository == 'team/app'", holds: events },
  { words: "github.repository == 'team/other'", holds: [] },
];

/** A condition as it stands behind `if:`, and the events in which it was to be true. */
interface Written {
  readonly lines: readonly string[];
  readonly holds: readonly string[];
}

const both = (one: Test, other: Test) => one.holds.filter((event) => other.holds.includes(event));
const either = (one: Test, other: Test) =>
  events.filter((event) => one.holds.includes(event) || other.holds.includes(event));
const not = (one: Test) => events.filter((event) => !one.holds.includes(event));

const forms = {
  and: (a: Test, b: Test): Written => ({
    lines: [`\${{ ${a.words} }} && \${{ ${b.words} }}`],
    holds: both(a, b),
  }),
  or: (a: Test, b: Test): Written => ({ lines: [`"\${{ ${a.words} }} || ${b.words}"`], holds: either(a, b) }),
  not: (a: Test): Written => ({ lines: [`"!\${{ ${a.words} }}"`], holds: not(a) }),
  comparison: (): Written => ({ lines: ["${{ github.event_name }} == 'push'"], holds: ['push'] }),
  blank: (a: Test): Written => ({ lines: [`"\${{ ${a.words} }} "`], holds: a.holds }),
  block: (a: Test): Written => ({ lines: ['|', `  \${{ ${a.words} }}`], holds: a.holds }),
  folded: (a: Test, b: Test): Written => ({
    lines: ['>', `  \${{ ${a.words} &&`, `  ${b.words} }}`],
    holds: both(a, b),
  }),
  'text-left': (): Written => ({ lines: ["github.event_name == 'push' || 'release'"], holds: ['push'] }),
};

type Form = keyof typeof forms;
const formNames: readonly Form[] = [
  'and',
  'or',
  'not',
  'comparison',
  'blank',
  'block',
  'folded',
  'text-left',
];

/** Every workflow with one such condition. */
export const fencedWorkflow: fc.Arbitrary<GeneratedFence> = fc
  .record({
    forge: fc.constantFrom<Forge>('gitea', 'github', 'forgejo'),
    form: fc.constantFrom(...formNames),
    one: fc.constantFrom(...eventTests),
    other: fc.constantFrom(...otherTests),
    ofJob: fc.boolean(),
    crlf: fc.boolean(),
    comment: fc.boolean(),
  })
  .map(({ forge, form, one, other, ofJob, crlf, comment }) => {
    const { lines, holds } = forms[form](one, other);
    const [first = '', ...rest] = lines;
    const condition = [`if: ${first}${comment ? '  # only then' : ''}`, ...rest];
    const path = `.${forge}/workflows/generated.yml`;
    const text = [
      'on: [push, pull_request]',
      'jobs:',
      '  one:',
      ...(ofJob ? condition.map((line) => `    ${line}`) : []),
      '    runs-on: ubuntu-latest',
      '    steps:',
      '      - name: Deploy',
      ...(ofJob ? [] : condition.map((line) => `        ${line}`)),
      '        run: deploy',
      '',
    ];
    return { forge, path, files: { [path]: text.join(crlf ? '\r\n' : '\n') }, form, meant: holds };
  });
