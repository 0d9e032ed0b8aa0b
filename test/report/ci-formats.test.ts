import { describe, expect, it } from 'vitest';
import { renderCheckstyle } from '../../src/report/checkstyle.js';
import { renderGithub } from '../../src/report/github.js';
import { renderGitlab } from '../../src/report/gitlab.js';
import { renderJunit } from '../../src/report/junit.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import type { Source } from '../../src/text/source.js';
import { at, clean, finding, plain, withFindings, workflow } from './results.js';

const note = {
  ...finding,
  rule: 'vague-missing-secret',
  severity: 'note' as const,
  message: 'a <b> & "c"',
  help: '',
  span: at(workflow, 'jobs'),
  witness: [],
  contexts: [],
  job: null,
  fingerprint: 'def456',
};
const mixed = {
  ...withFindings(finding, note),
  errors: [
    { file: 'gone.yml', span: null, message: 'permission denied' },
    { file: workflow.path, span: at(workflow, 'on'), message: 'bad shape' },
  ],
};

it('github: a command for each finding and problem, then the summary', () => {
  expect(renderGithub(mixed, { ...plain, folder: 'web' })).toMatchInlineSnapshot(`
    "::notice file=web/.gitea/workflows/mirror.yml,line=2,endLine=2,col=1,endColumn=5,title=hardfail%3A vague-missing-secret::.gitea/workflows/mirror.yml:2:1: a <b> & "c"%0Agitea · proved
    ::error file=web/.gitea/workflows/mirror.yml,line=13,endLine=13,col=13,endColumn=19,title=hardfail%3A missing-secret-exits-zero::.gitea/workflows/mirror.yml:13:13: step "Push the mirror" passes without MIRROR_KEY%0Ajob mirror · on push, schedule, pull_request from the same repository (not from forks) · gitea · proved%0Afail where the secret is due:%0A  echo "::error::MIRROR_KEY is missing"; exit 1%0Aor declare it optional
    ::error file=web/.gitea/workflows/mirror.yml,line=1,endLine=1,col=1,endColumn=3,title=hardfail is incomplete::.gitea/workflows/mirror.yml:1:1: bad shape
    ::error file=web/gone.yml,title=hardfail is incomplete::gone.yml: permission denied
    incomplete (2 problems above) · 1 error, 1 note · 12 files · 31 jobs · 140 steps judged, 3 not judged (--format json lists them)
    "
  `);
});

describe('github', () => {
  it('names no columns for a place of several lines', () => {
    const line = renderGithub(withFindings({ ...finding, span: at(workflow, 'jobs:\n  mirror') }), plain);
    expect(line).toMatch(/^::error file=.gitea\/workflows\/mirror.yml,line=2,endLine=3,title=/);
  });

  it('escapes what would end a property or the command', () => {
    const source: Source = { path: 'a,b:c%d\n.yml', text: 'exit 0' };
    const hostile = {
      ...finding,
      message: '100%\n::set-env name=x::y',
      span: at(source, 'exit 0'),
      witness: [],
    };
    const [line = '', ...rest] = renderGithub(withFindings(hostile), plain).split('\n');
    expect(line).toContain('::error file=a%2Cb%3Ac%25d␊.yml,line=1,');
    expect(line).toContain(': 100%25%0A::set-env name=x::y%0A');
    expect(rest.filter((other) => other.includes('::'))).toEqual([]);
  });
});

it('gitlab: an entry for each finding and problem', () => {
  expect(JSON.parse(renderGitlab(mixed, plain))).toMatchInlineSnapshot(`
    [
      {
        "check_name": "vague-missing-secret",
        "description": "a <b> & "c"",
        "fingerprint": "def456",
        "location": {
          "lines": {
            "begin": 2,
            "end": 2,
          },
          "path": ".gitea/workflows/mirror.yml",
        },
        "severity": "info",
      },
      {
        "check_name": "missing-secret-exits-zero",
        "description": "step "Push the mirror" passes without MIRROR_KEY",
        "fingerprint": "abc123",
        "location": {
          "lines": {
            "begin": 13,
            "end": 13,
          },
          "path": ".gitea/workflows/mirror.yml",
        },
        "severity": "critical",
      },
      {
        "check_name": "incomplete",
        "description": "the run is incomplete: bad shape",
        "fingerprint": "aceae755edbd3ca4",
        "location": {
          "lines": {
            "begin": 1,
            "end": 1,
          },
          "path": ".gitea/workflows/mirror.yml",
        },
        "severity": "blocker",
      },
      {
        "check_name": "incomplete",
        "description": "the run is incomplete: permission denied",
        "fingerprint": "a478e9d41ac0e136",
        "location": {
          "lines": {
            "begin": 1,
            "end": 1,
          },
          "path": "gone.yml",
        },
        "severity": "blocker",
      },
    ]
  `);
});

it('gitlab: an empty list where there is nothing', () => {
  expect(JSON.parse(renderGitlab(clean, plain))).toEqual([]);
});

it('gitlab: what shares a fingerprint is kept apart, the same way each time', () => {
  const [first, second] = JSON.parse(renderGitlab(withFindings(finding, finding), plain));
  expect(first.fingerprint).toBe('abc123');
  expect(second.fingerprint).toMatch(/^[0-9a-f]{16}$/);
});

it('junit: a suite for each file and one for the run', () => {
  expect(renderJunit(mixed, plain)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="hardfail" tests="3" failures="1" errors="1">
      <testsuite name=".gitea/workflows/mirror.yml" file=".gitea/workflows/mirror.yml" skipped="0" tests="2" failures="1" errors="0">
        <testcase classname=".gitea/workflows/mirror.yml" name="vague-missing-secret 2:1">
          <system-out>.gitea/workflows/mirror.yml:2:1: a &lt;b&gt; &amp; &quot;c&quot;
    gitea · proved</system-out>
        </testcase>
        <testcase classname=".gitea/workflows/mirror.yml" name="missing-secret-exits-zero 13:13">
          <failure type="error" message="step &quot;Push the mirror&quot; passes without MIRROR_KEY">.gitea/workflows/mirror.yml:13:13: step &quot;Push the mirror&quot; passes without MIRROR_KEY
    job mirror · on push, schedule, pull_request from the same repository (not from forks) · gitea · proved
    fail where the secret is due:
      echo &quot;::error::MIRROR_KEY is missing&quot;; exit 1
    or declare it optional</failure>
        </testcase>
      </testsuite>
      <testsuite name="hardfail" skipped="0" tests="1" failures="0" errors="1">
        <testcase classname="hardfail" name="the run is complete">
          <error type="incomplete" message="incomplete (2 problems above) · 1 error, 1 note · 12 files · 31 jobs · 140 steps judged, 3 not judged (--format json lists them)">.gitea/workflows/mirror.yml:1:1: bad shape
    gone.yml: permission denied</error>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

it('junit: a clean run is one passed test', () => {
  expect(renderJunit(clean, plain)).toContain(
    '<testsuites name="hardfail" tests="1" failures="0" errors="0"',
  );
});

it('checkstyle: an error for each finding and problem, by file', () => {
  expect(renderCheckstyle(mixed)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <checkstyle version="8.0">
      <file name=".gitea/workflows/mirror.yml">
        <error line="2" column="1" severity="info" message="a &lt;b&gt; &amp; &quot;c&quot;" source="hardfail.vague-missing-secret"/>
        <error line="13" column="13" severity="error" message="step &quot;Push the mirror&quot; passes without MIRROR_KEY" source="hardfail.missing-secret-exits-zero"/>
        <error line="1" column="1" severity="error" message="bad shape" source="hardfail.incomplete"/>
      </file>
      <file name="gone.yml">
        <error line="1" column="1" severity="error" message="permission denied" source="hardfail.incomplete"/>
      </file>
    </checkstyle>
    "
  `);
});

it('checkstyle: a clean run has no files', () => {
  expect(renderCheckstyle(clean)).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <checkstyle version="8.0"/>
    "
  `);
});

describe('markdown', () => {
  it('has the summary, the problems and the findings', () => {
    expect(renderMarkdown(mixed, plain)).toMatchInlineSnapshot(`
      "## hardfail

      incomplete (2 problems above) · 1 error, 1 note · 12 files · 31 jobs · 140 steps judged, 3 not judged (--format json lists them)

      ### incomplete: bad shape

      <code>.gitea/workflows/mirror.yml:1:1</code>

      ### incomplete: permission denied

      <code>gone.yml</code>

      ### note: a &#60;b&#62; &#38; "c"

      <code>.gitea/workflows/mirror.yml:2:1</code> · <code>vague-missing-secret</code> · gitea · proved

      ### error: step "Push the mirror" passes without MIRROR_KEY

      <code>.gitea/workflows/mirror.yml:13:13</code> · <code>missing-secret-exits-zero</code> · job mirror · on push, schedule, pull_request from the same repository (not from forks) · gitea · proved

      <details><summary>the path, and what to do</summary>

      1. <code>.gitea/workflows/mirror.yml:9:23</code> the secret enters here; missing, it is ''<br><code>MIRROR_KEY: &#36;{{ secrets.MIRROR_KEY }}</code>
      2. <code>.gitea/workflows/mirror.yml:11:14</code> true when it is missing<br><code>if &#91; -z "&#36;MIRROR_KEY" &#93;; then</code>
      3. <code>.gitea/workflows/mirror.yml:13:13</code> the step ends here with status 0, and the job is green<br><code>exit 0</code>
      4. <code>.gitea/workflows/mirror.yml:15:11</code> never reached<br><code>./mirror.sh</code>

      <pre>fail where the secret is due:
        echo "&#58;:error&#58;:MIRROR_KEY is missing"; exit 1
      or declare it optional</pre>

      </details>
      "
    `);
  });

  it('stays below what GitHub takes, and says what is left out', () => {
    const many = Array.from({ length: 3000 }, () => ({ ...finding, message: 'ü'.repeat(400) }));
    const report = renderMarkdown(withFindings(...many), plain);
    expect(Buffer.byteLength(report)).toBeLessThan(1024 * 1024);
    const shown = report.match(/^### error/gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(100);
    expect(report).toContain(`${3000 - shown} more: they do not fit on this page`);
  });
});

describe('accepted findings, where they are asked for', () => {
  const suppressed = [{ finding, by: 'optional-secret', reason: 'a <mirror>', until: null } as const];
  const shown = { ...plain, showSuppressed: true };

  it('are skipped tests in junit', () => {
    const report = renderJunit({ ...clean, suppressed }, shown);
    expect(report).toContain('<skipped message="the secret is optional: a &lt;mirror&gt;"/>');
    expect(report).toContain(
      '<testsuite name=".gitea/workflows/mirror.yml" file=".gitea/workflows/mirror.yml" skipped="1" tests="1"',
    );
    expect(renderJunit({ ...clean, suppressed }, plain)).not.toContain('<skipped');
  });

  it('have a heading of their own in markdown', () => {
    const report = renderMarkdown({ ...clean, suppressed }, shown);
    expect(report).toContain('### accepted: step "Push the mirror" passes without MIRROR_KEY\n');
    expect(report).toContain(' · the secret is optional: a &#60;mirror&#62;\n');
    expect(renderMarkdown({ ...clean, suppressed }, plain)).not.toContain('accepted:');
  });
});
