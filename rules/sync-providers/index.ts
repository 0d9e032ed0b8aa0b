import type { Guard, Hole } from '../../src/analyse/analyse.js';
import {
  type DriftFault,
  type DriftGate,
  driftGates,
  faultsOf,
  type GateWish,
} from '../../src/analyse/drift-gate.js';
import { checkPin, type Pin, type PinVerdict } from '../../src/analyse/pin.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { FORK_TEST, isNamed, listed, neverRuns, secretsOf } from '../../src/lint/words.js';
import type { Workflow } from '../../src/model/model.js';

type Differing = Extract<PinVerdict, { kind: 'differs' }> & { readonly file: string };
type FaultOf<Kind extends DriftFault['kind']> = Extract<DriftFault, { kind: Kind }>;

const messages = {
  missingTokenPasses: (hole: Hole): Message => ({
    message: `this drift gate is green without ${secretsOf(hole)}: ${neverRuns(hole)}, so nobody hears that the canonical file has moved`,
    help: `end with a status that is not 0 wherever the token is due, and say so:\necho "::error::${hole.secrets[0] ?? 'the token'} is missing: provision it with read access to the canonical repository"; exit 1`,
  }),
  softPathTooWide: (hole: Hole): Message => ({
    message: `the soft path of this drift gate is for pull requests from forks, and it is open on ${listed(hole.contexts.filter((name) => name !== 'unknown'))} too`,
    help: `test for a fork, and for nothing else:  ${FORK_TEST}`,
  }),
  unknownEventUntrusted: (_: Hole): Message => ({
    message:
      'this drift gate takes an event that nobody listed for one that cannot have the token, and is green there',
    help: 'let the default be the trusted one, so that an event that is added later is not a way around the gate',
  }),
  forksBlocked: (guard: Guard): Message => ({
    message: `this drift gate fails every pull request from a fork, which cannot have ${listed(guard.secrets)}`,
    help: `keep a soft path for forks alone: a ::warning:: and exit 0 where  ${FORK_TEST}`,
  }),
  silentSoftPath: (gate: DriftGate): Message => ({
    message: `this drift gate lets pull requests from forks pass without ${listed(gate.secrets)} and prints no ::warning::, so nobody sees that it did not compare`,
    help: 'before the soft exit 0:  echo "::warning::the comparison did not run: forks have no token"',
  }),
  vagueFailure: (guard: Guard): Message => ({
    message: `this drift gate fails without ${secretsOf(guard)}, as it should, but no ::error:: line names it`,
    help: `before it ends:  echo "::error::${guard.secrets[0] ?? 'the token'} is missing: provision it with read access to the canonical repository"`,
  }),
  downloadIgnoresErrors: ({ download }: FaultOf<'ignores-errors'>): Message => ({
    message: `this drift gate compares whatever the server answers: ${tool(download)} takes a 401, 403 or 404 for the file`,
    help: 'curl --fail (-f) ends with 22 when the server refuses; otherwise a revoked token looks like a drift',
  }),
  downloadUnheard: ({ download }: FaultOf<'failure-unheard'>): Message => ({
    message: `this drift gate is green when ${tool(download)} fails: nothing was downloaded, and nobody hears of it`,
    help: 'let the failure of the download end the step: no || true, no continue-on-error, and set -o pipefail in front of a pipe',
  }),
  differenceUnheard: ({ comparison }: FaultOf<'difference-unheard'>): Message => ({
    message: `this drift gate is green when ${comparison.local} differs from the canonical file`,
    help: 'end with exit 1 where the files differ, and drop what swallows it (|| true, continue-on-error, a pipe without pipefail)',
  }),
  comparesEnvelope: (_: FaultOf<'envelope'>): Message => ({
    message:
      'this drift gate downloads an answer of the API, which is JSON with the file in base64, and not the file',
    help: 'ask for the bytes: …/raw/PATH on Gitea and Forgejo, the header Accept: application/vnd.github.raw on GitHub',
  }),
  neverSeesCanonical: ({ events, local }: FaultOf<'blind'>): Message => ({
    message: `this drift gate starts when files of this repository change (${listed(events)} with paths:), and not when the canonical file does`,
    help: `the canonical file moves without a commit here: add a schedule, or a dispatch from its side, so that ${local} is compared then too`,
  }),
  comparesNothing: (_: FaultOf<'compares-nothing'>): Message => ({
    message: 'this drift gate downloads nothing that it compares with a file of this repository',
    help: 'download the canonical file with the token (curl -f … -o FILE) and compare it: cmp, diff, or two digests',
  }),
  tokenNotGiven: ({ token, name }: { readonly token: string; readonly name: string }): Message => ({
    message: `${name} is called a drift gate in the configuration, and no job of it is given ${token}, the token of the gate`,
    help: 'correct token in hardfail.yml, or give the job that compares its token: env: …: ${{ secrets.… }}',
  }),
  pinDiffers: ({ file, expected, found }: Differing): Message => ({
    message: `${file} is not the file that is pinned: its SHA-256 is ${found}, the pin says ${expected}`,
    help: 'bring the canonical file over again, and the pin with it; a copy that is edited by hand is a fork',
  }),
  pinUnreadable: ({ reason }: { readonly reason: string }): Message => ({
    message: `the pin of this drift gate cannot be checked: ${reason}`,
    help: 'correct pin in hardfail.yml: file is the synced copy, sha256 its digest, or from says where that is written',
  }),
};

function tool({ call }: FaultOf<'ignores-errors'>['download']): string {
  const [part] = call?.words[0]?.parts ?? [];
  return part?.kind === 'text' ? part.text : 'the download';
}

const usualNames: readonly string[] = ['sync-providers-yaml.yml', 'sync-providers-yaml.yaml'];

const path = (description: string) => ({ description, type: 'string', minLength: 1 }) as const;

export const rule = defineRule({
  meta: {
    id: 'sync-providers',
    severity: 'error',
    summary:
      'A gate that compares a file with its canonical copy elsewhere, and that can be green without having compared.',
    options: {
      workflows: {
        description: 'the names of the workflow files that are drift gates, whatever they look like',
        type: 'array',
        items: path('the name of a file, such as sync-providers-yaml.yml'),
        default: usualNames,
      },
      local: path('the synced copy, relative to the top of the repository; else any tracked file'),
      canonical: path('a part of the address that the canonical file is downloaded from; else any address'),
      token: {
        description:
          'the name of the secret that the gate downloads with; else those that the download shows',
        type: 'string',
        pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
      },
      pin: {
        description: 'the SHA-256 that the synced copy must have: file, and either sha256 or from',
        type: 'object',
        properties: {
          file: path('the synced copy, relative to the top of the repository'),
          sha256: {
            description: 'its digest: 64 hexadecimal digits',
            type: 'string',
            pattern: '^[0-9a-fA-F]{64}$',
          },
          from: {
            description: 'where the digest is written',
            type: 'object',
            properties: {
              file: path('a file, relative to the top of the repository'),
              pattern: {
                description: 'the text around the digest on its line, with {sha256} in its place',
                type: 'string',
                pattern: '^[^{]{0,200}\\{sha256\\}[^{]{0,200}$',
              },
            },
            required: ['file', 'pattern'],
            additionalProperties: false,
          },
        },
        required: ['file'],
        minProperties: 2,
        maxProperties: 2,
        additionalProperties: false,
      },
    },
  },
  messages,
  check(context) {
    const { file, options, report, repository } = context;
    if (!('triggers' in file)) return;
    const pin = pinOf(options.pin);
    // The pin is one of the repository's: it is checked once, with the first workflow.
    if (pin && repository && context.first) {
      const verdict = checkPin(pin, repository);
      if (verdict.kind === 'differs')
        report({
          messageId: 'pinDiffers',
          data: { ...verdict, file: pin.file },
          about: { span: verdict.span },
        });
      if (verdict.kind === 'unreadable')
        report({
          messageId: 'pinUnreadable',
          data: verdict,
          about: { span: file.triggers[0]?.key.span ?? { source: file.source, start: 0, end: 0 } },
        });
    }
    const name = file.source.path.slice(file.source.path.lastIndexOf('/') + 1);
    const wish: GateWish = {
      named: options.workflows.includes(name),
      token: options.token?.toUpperCase() ?? null,
      canonical: options.canonical ?? null,
      local: options.local ?? null,
    };
    const gates: DriftGate[] = [];
    const faults = context.onEachForge((dialect) => {
      const found = driftGates(file, repository, dialect, wish);
      for (const gate of found) if (!gates.some(({ job }) => job === gate.job)) gates.push(gate);
      return found.flatMap((gate) => faultsOf(gate, file, repository, dialect, context.knowledge));
    });
    if (wish.named && gates.length === 0 && options.token !== undefined) {
      const span = file.triggers[0]?.key.span ?? { source: file.source, start: 0, end: 0 };
      report({ messageId: 'tokenNotGiven', data: { token: options.token, name }, about: { span } });
    } else if (wish.named && gates.length === 0)
      context.notJudged(`no job of ${name} has a secret, or compares what it downloads`);
    if (context.complete && context.first) {
      // A name that nothing has would keep the rule silent for ever. Those that it begins with need not be there.
      const names = context.workflowPaths.map((path) => path.slice(path.lastIndexOf('/') + 1));
      for (const one of options.workflows)
        if (!usualNames.includes(one) && !names.includes(one))
          context.notJudged(`no workflow is called ${one}, as its option workflows has it`);
    }
    for (const { job, drift } of gates) {
      if (drift.comparisons.length > 0 || drift.unseen.length === 0) continue;
      const where = listed(drift.unseen.slice(0, 3), 'or');
      context.notJudged(`what job ${job.id} of ${name} compares is not seen: it may be in ${where}`);
    }
    // In a gate that only has the shape, the rules about missing secrets say it already.
    if (wish.named) for (const gate of gates) tellOfToken(gate, file);
    for (const fault of faults) tellOfFault(fault);

    function tellOfFault(fault: DriftFault): void {
      switch (fault.kind) {
        case 'ignores-errors':
          report({
            messageId: 'downloadIgnoresErrors',
            data: fault,
            about: fault,
            // An error page differs from any file: the gate is red, though for a reason that it does not tell.
            severity: fault.named ? 'warning' : 'note',
          });
          return;
        case 'failure-unheard':
          report({ messageId: 'downloadUnheard', data: fault, about: fault });
          return;
        case 'difference-unheard':
          report({ messageId: 'differenceUnheard', data: fault, about: fault });
          return;
        case 'envelope':
          report({ messageId: 'comparesEnvelope', data: fault, about: fault });
          return;
        case 'blind':
          report({ messageId: 'neverSeesCanonical', data: fault, about: fault });
          return;
        case 'compares-nothing':
          report({ messageId: 'comparesNothing', data: fault, about: fault });
      }
    }

    function tellOfToken(gate: DriftGate, workflow: Workflow): void {
      const isOwn = (subject: Hole | Guard) =>
        subject.job.id === gate.job.id &&
        subject.secrets.some((secret) => gate.secrets.includes(secret.toUpperCase()));
      const holes = (['exits-zero', 'skips-step', 'skips-job', 'masked'] as const).flatMap((kind) =>
        context.holes(kind),
      );
      for (const hole of holes.filter(isOwn))
        report({ messageId: 'missingTokenPasses', data: hole, about: hole, fix: context.fix.hole(hole) });
      for (const hole of context.tooWide().filter(isOwn)) {
        const listedToo = hole.contexts.some((event) => event !== 'unknown');
        report({
          messageId: listedToo ? 'softPathTooWide' : 'unknownEventUntrusted',
          data: hole,
          about: hole,
          fix: context.fix.hole(hole),
        });
      }
      const guards = context.guards().filter(isOwn);
      for (const guard of guards) {
        if (!guard.selfExplaining && !isNamed(guard, workflow))
          report({
            messageId: 'vagueFailure',
            data: guard,
            about: guard,
            severity: 'warning',
            fix: context.fix.vague(guard),
          });
      }
      const blocked = context
        .forkGuards()
        .filter((guard) => isOwn(guard) && guard.always && guard.contexts.includes('pull_request:fork'));
      const soft = guards.find((guard) => guard.step.if === null && gate.job.if === null);
      const reached = workflow.triggers.some(({ event }) => event === 'pull_request');
      if (soft && reached && blocked.length === 0 && !gate.drift.warns)
        report({ messageId: 'silentSoftPath', data: gate, about: soft, severity: 'note' });
      for (const guard of blocked)
        report({
          messageId: 'forksBlocked',
          data: guard,
          about: guard,
          severity: 'note',
          fix: context.fix.blockedForks(guard),
        });
    }
  },
});

function pinOf(
  option:
    | {
        readonly file: string;
        readonly sha256?: string | undefined;
        readonly from?: { readonly file: string; readonly pattern: string } | undefined;
      }
    | undefined,
): Pin | null {
  const digest = option?.sha256 ?? option?.from;
  return option && digest !== undefined ? { file: option.file, digest } : null;
}
