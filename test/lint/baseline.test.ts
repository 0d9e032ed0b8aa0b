import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BaselineEntry } from '../../src/lint/baseline.js';
import type { Finding, LintResult } from '../../src/lint/finding.js';
import { type LintOptions, lint } from '../../src/lint/lint.js';
import type { Source } from '../../src/text/source.js';

const path = '.gitea/workflows/ci.yml';
const rule = 'missing-secret-exits-zero';

const job = (id: string) => `  ${id}:
    runs-on: ubuntu-latest
    steps:
      - name: Deploy
        env:
          TOKEN: \${{ secrets.TOKEN }}
        run: |
          [ -n "$TOKEN" ] || exit 0
          ./deploy
      - name: Tell
        env:
          HOOK: \${{ secrets.HOOK }}
        run: |
          if [ -z "$HOOK" ]; then exit 0; fi
          ./tell
`;
const workflow = `on: push\njobs:\n${job('one')}${job('two')}`;

function run(text: string, options: Partial<LintOptions> = {}, file = path): LintResult {
  const source: Source = { path: file, text };
  return lint([{ source, kind: 'workflow', forge: 'gitea' }], { rules: null, forge: null, ...options });
}

function fingerprints(result: LintResult): string[] {
  return result.findings.map(({ fingerprint }) => fingerprint);
}

const place: Source = { path: 'hardfail-baseline.json', text: '{"fingerprint": "", "reason": ""}' };

function entryOf(finding: Finding, changes: Partial<BaselineEntry> = {}): BaselineEntry {
  return {
    fingerprint: finding.fingerprint,
    rule: finding.rule,
    file: finding.span.source.path,
    where: '',
    reason: 'known',
    since: '2026-11-22',
    span: { source: place, start: 16, end: 18 },
    reasonSpan: { source: place, start: 30, end: 32 },
    ...changes,
  };
}

/** A run with a baseline that accepts all that there was. */
function withBaseline(text: string, entries: readonly BaselineEntry[], options: Partial<LintOptions> = {}) {
  const { findings, suppressed } = run(text, { baseline: { accepted: entries, kept: entries }, ...options });
  return {
    findings: findings.map((finding) => `${finding.rule} ${finding.messageId}`),
    accepted: suppressed.map(({ by, reason }) => `${by}: ${reason}`),
  };
}

describe('a fingerprint', () => {
  const all = fingerprints(run(workflow));

  it('is another one for each finding', () => {
    expect(all.length).toBeGreaterThanOrEqual(4);
    expect(new Set(all).size).toBe(all.length);
    for (const one of all) expect(one).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is another one for findings that are alike in all else', () => {
    const unnamed = fingerprints(
      run(
        workflow
          .replaceAll('- name: Deploy\n        env', '- env')
          .replaceAll('- name: Tell\n        env', '- env'),
      ),
    );
    expect(unnamed).toHaveLength(all.length);
    expect(new Set(unnamed).size).toBe(all.length);
  });

  it('outlives lines that come and go elsewhere', () => {
    const lines = workflow.split('\n');
    const between = fc.array(fc.tuple(fc.nat(lines.length), fc.constantFrom('', '          # more')), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(between, (added) => {
        const text = [...added]
          .sort((a, b) => b[0] - a[0])
          .reduce((before, [at, line]) => before.toSpliced(at, 0, line), lines)
          .join('\n');
        expect(fingerprints(run(text)).sort()).toEqual([...all].sort());
      }),
      { numRuns: 15 },
    );
  });

  it('outlives another indentation of the place, and other steps and jobs', () => {
    const more = workflow
      .replace('jobs:\n', 'jobs:\n  zero:\n    runs-on: x\n    steps:\n      - run: make\n')
      .replace('      - name: Deploy\n', '      - run: make\n      - name: Deploy\n');
    expect(fingerprints(run(more))).toEqual(all);
  });

  it('is another one in another file, job or step, by another rule, or for other text', () => {
    const others = [
      run(workflow, {}, '.gitea/workflows/other.yml'),
      run(workflow.replace('  one:', '  three:').replace('  two:', '  four:')),
      run(workflow.replaceAll('name: Deploy', 'name: Ship').replaceAll('name: Tell', 'name: Say')),
      run(workflow.replaceAll('exit 0', 'exec true')),
    ];
    for (const other of others) {
      expect(other.findings.length).toBeGreaterThan(0);
      expect(fingerprints(other).filter((one) => all.includes(one))).toEqual([]);
    }
  });

  it('does not depend on where the linter runs', () => {
    const pathInRepository = (shown: string) => shown.replace('../', '');
    expect(fingerprints(run(workflow, { pathInRepository }, `../${path}`))).toEqual(all);
  });

  it('does not depend on what is ignored beside it', () => {
    const directive = `          # hardfail: ignore[${rule}] known\n`;
    const text = workflow.replace('          if [ -z "$HOOK" ]', `${directive}          if [ -z "$HOOK" ]`);
    const { findings, suppressed } = run(text);
    expect(suppressed).toHaveLength(1);
    const both = [...findings, ...suppressed.map(({ finding }) => finding)];
    expect(both.map(({ fingerprint }) => fingerprint).sort()).toEqual([...all].sort());
  });
});

describe('a baseline', () => {
  const { findings } = run(workflow);
  const entries = findings.map((finding) => entryOf(finding));
  const [first, ...rest] = entries;
  if (!first) throw new Error('the workflow has findings');

  it('accepts the findings that it holds, with its reasons, and no others', () => {
    expect(withBaseline(workflow, entries)).toEqual({
      findings: [],
      accepted: entries.map(() => 'baseline: known'),
    });
    expect(withBaseline(workflow, rest).findings).toEqual([`${rule} exitsZero`]);
  });

  it('accepts nothing without a reason, and says so', () => {
    for (const reason of ['', 'TODO', ' ']) {
      const { findings: open } = withBaseline(workflow, [{ ...first, reason }, ...rest]);
      expect(open).toEqual([`${rule} exitsZero`, 'faulty-baseline noReason']);
    }
  });

  it('accepts nothing by an entry that says to be about something else', () => {
    for (const changes of [{ rule: 'missing-secret-masked' }, { file: '.gitea/workflows/x.yml' }]) {
      const { findings: open } = withBaseline(workflow, [{ ...first, ...changes }, ...rest], {
        complete: true,
      });
      expect(open).toEqual([`${rule} exitsZero`, 'faulty-baseline stale']);
    }
  });

  it('fails with an entry whose finding is gone, or is ignored by a comment now', () => {
    const gone = { ...first, fingerprint: '0'.repeat(16) };
    expect(withBaseline(workflow, [...entries, gone]).findings).toEqual(['faulty-baseline stale']);
    const text = workflow.replace('[ -n', `# hardfail: ignore[${rule}] known\n          [ -n`);
    expect(withBaseline(text, entries).findings).toEqual(['faulty-baseline stale']);
  });

  it('fails with two entries for one finding', () => {
    expect(withBaseline(workflow, [...entries, first]).findings).toEqual(['faulty-baseline twice']);
  });

  it('does not call an entry stale that this run could not have matched', () => {
    const gone = { ...first, fingerprint: '0'.repeat(16) };
    const elsewhere = { ...gone, file: '.gitea/workflows/x.yml' };
    expect(withBaseline(workflow, [...entries, elsewhere]).findings).toEqual([]);
    expect(withBaseline(workflow, [...entries, elsewhere], { complete: true }).findings).toEqual([
      'faulty-baseline stale',
    ]);
    expect(withBaseline(workflow, [gone], { rules: ['constant-condition'] }).findings).toEqual([]);
    expect(withBaseline(`${workflow}jobs: 1\n`, [gone]).findings).not.toContain('faulty-baseline stale');
  });

  it('calls an entry stale whose rule does not exist', () => {
    const gone = { ...first, rule: 'no-such-rule' };
    expect(withBaseline(workflow, [...entries, gone]).findings).toEqual(['faulty-baseline stale']);
  });

  it('of another revision accepts, and that of the work tree is held to its entries', () => {
    const gone = { ...first, fingerprint: '0'.repeat(16) };
    const accepted = [...entries, gone];
    expect(run(workflow, { baseline: { accepted, kept: entries } }).findings).toEqual([]);
    const { findings: open } = run(workflow, { baseline: { accepted: rest, kept: entries } });
    expect(open.map((finding) => finding.fingerprint)).toEqual([first.fingerprint]);
  });

  it('silences nothing where nothing is to be silenced, and is not judged then', () => {
    const gone = { ...first, fingerprint: '0'.repeat(16) };
    const { findings: open } = withBaseline(workflow, [...entries, gone], { ignores: false });
    expect(open).toEqual(entries.map(() => `${rule} exitsZero`));
  });

  it('is pointed at where it is at fault', () => {
    const at = (reason: string, fingerprint: string) => {
      const entry = { ...first, reason, fingerprint };
      const result = run(workflow, {
        baseline: { accepted: [], kept: [entry] },
        rules: [rule, 'faulty-baseline'],
      });
      return result.findings.find((finding) => finding.rule === 'faulty-baseline')?.span;
    };
    expect(at('TODO', first.fingerprint)).toEqual(first.reasonSpan);
    expect(at('known', '0'.repeat(16))).toEqual(first.span);
  });
});
