import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lint/finding.js';
import { renderPretty } from '../../src/report/pretty.js';
import type { Source } from '../../src/text/source.js';
import { at, clean, finding, plain, withFindings, workflow } from './results.js';

function firstBlock(result: Parameters<typeof renderPretty>[0], columns = 100): string {
  return renderPretty(result, { ...plain, columns }).split('\n\n')[0] ?? '';
}

/** A finding on one line of a file of its own. */
function onLine(text: string, marked: string, label = 'here'): Finding {
  const source: Source = { path: 'a.yml', text };
  const span = at(source, marked);
  return { ...finding, span, witness: [{ span, text: label }], help: '', contexts: [], job: null };
}

describe('a finding in the pretty report', () => {
  it('says what, where, the path and the help, in that order', () => {
    expect(renderPretty(withFindings(finding), plain)).toMatchInlineSnapshot(`
      "error[missing-secret-exits-zero] step "Push the mirror" passes without MIRROR_KEY
        ╭─ .gitea/workflows/mirror.yml:13:13   job mirror · proved
        │  9 │   MIRROR_KEY: \${{ secrets.MIRROR_KEY }}
        │    │               ─────────────────────────  1. the secret enters here; missing, it is ''
        │ 10 │ run: |
        │ 11 │   if [ -z "$MIRROR_KEY" ]; then
        │    │      ────────────────────  2. true when it is missing
        │ 12 │     echo "::warning::no key"
        │ 13 │     exit 0
        │    │     ━━━━━━  3. the step ends here with status 0, and the job is green
        │ 14 │   fi
        │ 15 │   ./mirror.sh
        │    │   ───────────  4. never reached (to line 16)
        ╰─ on push, schedule, pull_request from the same repository (not from forks) · gitea
        help: fail where the secret is due:
                echo "::error::MIRROR_KEY is missing"; exit 1
              or declare it optional
        more: hardfail explain missing-secret-exits-zero

      1 error · 12 files · 31 jobs · 140 steps judged, 3 not judged (--format json lists them)
      "
    `);
  });

  it('is wrapped and cut to a narrow terminal', () => {
    expect(firstBlock(withFindings(finding), 50)).toMatchInlineSnapshot(`
      "error[missing-secret-exits-zero] step "Push the
        mirror" passes without MIRROR_KEY
        ╭─ .gitea/workflows/mirror.yml:13:13   job mirror · proved
        │  9 │   MIRROR_KEY: \${{ secrets.MIRROR_KEY }}
        │    │               ─────────────────────────
        │    │ 1. the secret enters here; missing, it is
        │    │ ''
        │ 10 │ run: |
        │ 11 │   if [ -z "$MIRROR_KEY" ]; then
        │    │      ────────────────────
        │    │ 2. true when it is missing
        │ 12 │     echo "::warning::no key"
        │ 13 │     exit 0
        │    │     ━━━━━━
        │    │ 3. the step ends here with status 0, and
        │    │ the job is green
        │ 14 │   fi
        │ 15 │   ./mirror.sh
        │    │   ───────────
        │    │ 4. never reached (to line 16)
        ╰─ on push, schedule, pull_request from the same
           repository (not from forks) · gitea
        help: fail where the secret is due:
                echo "::error::MIRROR_KEY is missing";
                exit 1
              or declare it optional
        more: hardfail explain missing-secret-exits-zero"
    `);
  });

  it('shows each file of a path through several files, its own first', () => {
    const script: Source = {
      path: 'scripts/deploy.sh',
      text: '#!/bin/sh\n[ -n "$TOKEN" ] || exit 0\nmake\n',
    };
    const crossing: Finding = {
      ...finding,
      span: at(script, 'exit 0'),
      witness: [
        { span: at(workflow, '${{ secrets.MIRROR_KEY }}'), text: 'the secret enters here' },
        { span: at(script, '[ -n "$TOKEN" ]'), text: 'false when it is missing' },
        { span: at(script, 'exit 0'), text: 'the step ends here with status 0' },
      ],
    };
    expect(firstBlock(withFindings(crossing))).toMatchInlineSnapshot(`
      "error[missing-secret-exits-zero] step "Push the mirror" passes without MIRROR_KEY
        ╭─ scripts/deploy.sh:2:20   job mirror · proved
        │ 2 │ [ -n "$TOKEN" ] || exit 0
        │   │ ───────────────  2. false when it is missing
        │   │                    ━━━━━━  3. the step ends here with status 0
        ├─ .gitea/workflows/mirror.yml:9:23
        │ 9 │ MIRROR_KEY: \${{ secrets.MIRROR_KEY }}
        │   │             ─────────────────────────  1. the secret enters here
        ╰─ on push, schedule, pull_request from the same repository (not from forks) · gitea
        help: fail where the secret is due:
                echo "::error::MIRROR_KEY is missing"; exit 1
              or declare it optional
        more: hardfail explain missing-secret-exits-zero"
    `);
  });

  it('keeps several marks on one line in story order and marks its own place more heavily', () => {
    const source: Source = { path: 'a.yml', text: 'run: test -n "$A" && ./publish || true\n' };
    const oneLine: Finding = {
      ...finding,
      span: at(source, '||'),
      witness: [
        { span: at(source, 'test -n "$A"'), text: 'false when it is missing' },
        { span: at(source, '|| true'), text: 'the failure is swallowed' },
        { span: at(source, './publish'), text: 'never reached' },
      ],
    };
    expect(firstBlock(withFindings(oneLine))).toMatchInlineSnapshot(`
      "error[missing-secret-exits-zero] step "Push the mirror" passes without MIRROR_KEY
        ╭─ a.yml:1:32   job mirror · proved
        │ 1 │ run: test -n "$A" && ./publish || true
        │   │      ────────────  1. false when it is missing
        │   │                                ━━━━━━━  2. the failure is swallowed
        │   │                      ─────────  3. never reached
        ╰─ on push, schedule, pull_request from the same repository (not from forks) · gitea
        help: fail where the secret is due:
                echo "::error::MIRROR_KEY is missing"; exit 1
              or declare it optional
        more: hardfail explain missing-secret-exits-zero"
    `);
  });

  it('marks its own place even where no step of the path stands on it', () => {
    const elsewhere = { ...finding, span: at(workflow, 'mirror'), witness: finding.witness.slice(0, 1) };
    expect(firstBlock(withFindings(elsewhere))).toMatchInlineSnapshot(`
      "error[missing-secret-exits-zero] step "Push the mirror" passes without MIRROR_KEY
        ╭─ .gitea/workflows/mirror.yml:3:3   job mirror · proved
        │ 3 │ mirror:
        │   │ ━━━━━━
        │ ⋯ │
        │ 9 │         MIRROR_KEY: \${{ secrets.MIRROR_KEY }}
        │   │                     ─────────────────────────  the secret enters here; missing, it is ''
        ╰─ on push, schedule, pull_request from the same repository (not from forks) · gitea
        help: fail where the secret is due:
                echo "::error::MIRROR_KEY is missing"; exit 1
              or declare it optional
        more: hardfail explain missing-secret-exits-zero"
    `);
  });

  it.each([
    ['a tab', 'a:\tb: exit 0\n', 'a:  b: exit 0', '       ━━━━━━'],
    ['wide characters', 'a: 漢字 exit 0\n', 'a: 漢字 exit 0', '        ━━━━━━'],
    ['an emoji of several code points', 'a: 👩‍💻 exit 0\n', 'a: 👩‍💻 exit 0', '      ━━━━━━'],
    ['combining accents', 'a: e\u0301e\u0301 exit 0\n', 'a: e\u0301e\u0301 exit 0', '      ━━━━━━'],
    ['a colour code', 'a: \u001b[31m exit 0\n', 'a: ␛[31m exit 0', '         ━━━━━━'],
    ['a bidi override', 'a: \u202e exit 0\n', 'a: \\u{202e} exit 0', '            ━━━━━━'],
    ['a runner command', 'a: ##[error] exit 0\n', 'a: ##\\[error] exit 0', '              ━━━━━━'],
    ['an indentation of tabs', '\t\ta: exit 0\n', 'a: exit 0', '   ━━━━━━'],
  ])('underlines the right cells after %s', (_, text, code, underline) => {
    const rows = firstBlock(withFindings(onLine(text, 'exit 0'))).split('\n');
    expect(rows.slice(2, 4)).toEqual([`  │ 1 │ ${code}`, `  │   │ ${underline}  here`]);
  });

  it('cuts a long line around the mark', () => {
    const long = `run: ${'a '.repeat(300)}exit 0${' b'.repeat(300)}\n`;
    expect(firstBlock(withFindings(onLine(long, 'exit 0')), 60)).toMatchInlineSnapshot(`
      "error[missing-secret-exits-zero] step "Push the mirror"
        passes without MIRROR_KEY
        ╭─ a.yml:1:606   proved
        │ 1 │ … a a a a a a exit 0 b b b b b b b b b b b b b b b …
        │   │               ━━━━━━  here
        ╰─ gitea
        more: hardfail explain missing-secret-exits-zero"
    `);
  });

  it('shows a long line again where a second mark is out of view', () => {
    const source: Source = { path: 'a.yml', text: `run: test -n "$A" ${'-'.repeat(200)} || exit 0` };
    const far: Finding = {
      ...finding,
      span: at(source, 'exit 0'),
      witness: [
        { span: at(source, 'test -n "$A"'), text: 'false when it is missing' },
        { span: at(source, 'exit 0'), text: 'the step ends here' },
      ],
    };
    expect(firstBlock(withFindings(far), 60)).toMatchInlineSnapshot(`
      "error[missing-secret-exits-zero] step "Push the mirror"
        passes without MIRROR_KEY
        ╭─ a.yml:1:223   job mirror · proved
        │ 1 │ run: test -n "$A" ---------------------------------…
        │   │      ────────────  1. false when it is missing
        │ 1 │ …--------- || exit 0
        │   │               ━━━━━━  2. the step ends here
        ╰─ on push, schedule, pull_request from the same
           repository (not from forks) · gitea
        help: fail where the secret is due:
                echo "::error::MIRROR_KEY is missing"; exit 1
              or declare it optional
        more: hardfail explain missing-secret-exits-zero"
    `);
  });

  const command: Source = { path: 'a.yml', text: '::stop-commands::x\n' };
  it.each<[string, Finding]>([
    ['a finding', finding],
    [
      'a fix beside a line that is a workflow command',
      {
        ...finding,
        fix: {
          applicability: 'safe',
          edits: [{ span: { source: command, start: 18, end: 18 }, text: '\nexit 1' }],
          group: null,
        },
      },
    ],
  ])('colours nothing but what it shows without colour: %s', (_, given) => {
    const colored = renderPretty(withFindings(given), { ...plain, color: true });
    expect(colored).toContain('\u001b[31m');
    expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(renderPretty(withFindings(given), plain));
  });
});

describe('the order of the pretty report', () => {
  it('is by file, line and column', () => {
    const other: Source = { path: '.forgejo/workflows/a.yml', text: 'run: exit 0\n' };
    const first = { ...finding, message: 'first', span: at(other, 'exit 0'), witness: [] };
    const second = { ...finding, message: 'second', span: at(workflow, 'schedule'), witness: [] };
    const report = renderPretty(withFindings(finding, second, first), plain);
    expect([...report.matchAll(/^error\[\S+ (\w+)/gm)].map((match) => match[1])).toEqual([
      'first',
      'second',
      'step',
    ]);
  });
});

describe('an input error in the pretty report', () => {
  it('is framed at its place, after the findings', () => {
    const span = at(workflow, 'schedule');
    const result = {
      ...withFindings(finding),
      errors: [
        { file: workflow.path, span, message: 'expected a mapping, found a sequence' },
        { file: '.gitea/workflows/gone.yml', span: null, message: 'cannot be read: permission denied' },
      ],
    };
    expect(renderPretty(result, plain).split('\n\n').slice(1).join('\n\n')).toMatchInlineSnapshot(`
      "error: cannot be read: permission denied
        ╭─ .gitea/workflows/gone.yml
        ╰─ this makes the run incomplete

      error: expected a mapping, found a sequence
        ╭─ .gitea/workflows/mirror.yml:1:12
        │ 1 │ on: [push, schedule]
        │   │            ━━━━━━━━
        ╰─ this makes the run incomplete

      incomplete (2 problems above) · 1 error · 12 files · 31 jobs · 140 steps judged, 3 not judged (--format json lists them)
      "
    `);
  });
});

describe('the last line', () => {
  const lastLine = (result: typeof clean) => renderPretty(result, plain).trimEnd().split('\n').at(-1);
  const error = { file: 'a.yml', span: null, message: 'cannot be read' };

  it.each([
    [
      'a clean run',
      clean,
      'no findings · 12 files · 31 jobs · 140 steps judged, 3 not judged (--format json lists them)',
    ],
    [
      'findings of each severity',
      withFindings(finding, { ...finding, severity: 'note' }, { ...finding, severity: 'note' }),
      '1 error, 2 notes · 12 files · 31 jobs · 140 steps judged, 3 not judged (--format json lists them)',
    ],
    [
      'one of each thing, all judged',
      { ...clean, inputs: 1, jobs: 1, steps: { judged: 1, notJudged: 0 } },
      'no findings · 1 file · 1 job · 1 step judged',
    ],
    [
      'findings that do not fail the run',
      { ...withFindings({ ...finding, severity: 'note' }), steps: { judged: 2, notJudged: 0 } },
      '1 note (below --fail-on warning) · 12 files · 31 jobs · 2 steps judged',
    ],
    ['nothing to lint', { ...clean, inputs: 0 }, 'incomplete · nothing was linted · 0 files'],
    [
      'nothing that could be read',
      { ...clean, inputs: 0, errors: [error] },
      'incomplete (1 problem above) · nothing was linted · 0 files',
    ],
    [
      'a file that could not be read',
      { ...clean, errors: [error, error] },
      'incomplete (2 problems above) · no findings · 12 files · 31 jobs · 140 steps judged, 3 not judged (--format json lists them)',
    ],
  ])('tells %s', (_, result, expected) => {
    expect(lastLine(result)).toBe(expected);
  });
});

it('a mark inside a glyph that is wider than the rest of the frame leaves the line to the next mark', () => {
  const text = '\u2028##[::error::x\u0000\u{1aff0}\u200d';
  const hidden: Finding = onLine(text, text);
  const { source } = hidden.span;
  const span = { source, start: 0, end: 0 };
  const inside = { source, start: 16, end: 16 };
  const report = firstBlock(
    withFindings({ ...hidden, span, witness: [{ span: inside, text: 'inside' }] }),
    1,
  );
  expect(report).toContain('inside');
  expect(report).toContain('##\\[');
});

it('shows accepted findings in short, where they are asked for', () => {
  const suppressed = [{ finding, by: 'baseline', reason: 'known since March', until: null } as const];
  expect(firstBlock({ ...clean, suppressed })).toContain('no findings · 1 in the baseline');
  expect(renderPretty({ ...clean, suppressed }, { ...plain, showSuppressed: true }).split('\n\n')[0]).toBe(
    [
      'accepted[missing-secret-exits-zero] step "Push the mirror" passes without MIRROR_KEY',
      '  ╭─ .gitea/workflows/mirror.yml:13:13',
      '  ╰─ in the baseline: known since March',
    ].join('\n'),
  );
});
