import { expect, it } from 'vitest';
import { renderJson } from '../../src/report/json.js';
import type { Source } from '../../src/text/source.js';
import { at, clean, finding, fix, plain, withFindings, workflow } from './results.js';
import { schemaErrors } from './schemas.js';

it('follows the contract, key by key and in its order', () => {
  const short = { ...finding, witness: finding.witness.slice(0, 1) };
  const result = {
    ...withFindings(short),
    notJudged: [
      { span: at(workflow, 'actions/checkout@v4'), job: 'mirror', step: null, reason: 'not modelled' },
    ],
    errors: [
      { file: 'gone.yml', span: null, message: 'cannot be read' },
      { file: workflow.path, span: at(workflow, 'on'), message: 'bad shape' },
    ],
  };
  expect(renderJson(result, plain)).toMatchInlineSnapshot(`
    "{
      "version": 1,
      "tool": {
        "name": "hardfail",
        "version": "0.1.0"
      },
      "summary": {
        "inputs": 12,
        "jobs": 31,
        "steps": {
          "judged": 140,
          "notJudged": 3
        },
        "findings": {
          "error": 1,
          "warning": 0,
          "note": 0
        },
        "suppressed": 0,
        "plugins": [],
        "incomplete": true
      },
      "findings": [
        {
          "rule": "missing-secret-exits-zero",
          "messageId": "exitsZero",
          "severity": "error",
          "confidence": "proved",
          "message": "step \\"Push the mirror\\" passes without MIRROR_KEY",
          "help": "fail where the secret is due:\\n  echo \\"::error::MIRROR_KEY is missing\\"; exit 1\\nor declare it optional",
          "url": "https://example.org/rules/missing-secret-exits-zero",
          "file": ".gitea/workflows/mirror.yml",
          "start": {
            "line": 13,
            "column": 13
          },
          "end": {
            "line": 13,
            "column": 19
          },
          "job": "mirror",
          "step": {
            "index": 1,
            "name": "Push the mirror",
            "id": null
          },
          "secrets": [
            "MIRROR_KEY"
          ],
          "forge": "gitea",
          "contexts": [
            "push",
            "schedule",
            "pull_request:same-repo"
          ],
          "witness": [
            {
              "file": ".gitea/workflows/mirror.yml",
              "start": {
                "line": 9,
                "column": 23
              },
              "end": {
                "line": 9,
                "column": 48
              },
              "text": "the secret enters here; missing, it is ''"
            }
          ],
          "fix": null,
          "fingerprint": "abc123",
          "suppressed": null
        }
      ],
      "suppressed": [],
      "notJudged": [
        {
          "file": ".gitea/workflows/mirror.yml",
          "start": {
            "line": 6,
            "column": 15
          },
          "end": {
            "line": 6,
            "column": 34
          },
          "job": "mirror",
          "step": null,
          "reason": "not modelled"
        }
      ],
      "rulesNotJudged": [],
      "errors": [
        {
          "file": ".gitea/workflows/mirror.yml",
          "start": {
            "line": 1,
            "column": 1
          },
          "message": "bad shape"
        },
        {
          "file": "gone.yml",
          "start": null,
          "message": "cannot be read"
        }
      ]
    }
    "
  `);
});

it('counts the severities', () => {
  const note = { ...finding, severity: 'note' as const };
  const { summary } = JSON.parse(renderJson(withFindings(note, finding, note), plain));
  expect(summary.findings).toEqual({ error: 1, warning: 0, note: 2 });
});

it('keeps accepted findings apart, each with who accepted it and why', () => {
  const suppressed = [{ finding, by: 'directive', reason: 'mirror is down', until: '2027-01-31' } as const];
  const report = JSON.parse(renderJson({ ...clean, suppressed }, plain));
  expect(report.findings).toEqual([]);
  expect(report.summary).toMatchObject({ findings: { error: 0, warning: 0, note: 0 }, suppressed: 1 });
  expect(report.suppressed).toMatchObject([
    {
      rule: finding.rule,
      fingerprint: finding.fingerprint,
      suppressed: { by: 'directive', reason: 'mirror is down', until: '2027-01-31' },
    },
  ]);
});

it.each([
  ['a clean run', clean, false],
  ['a run over nothing', { ...clean, inputs: 0 }, true],
  ['a run with an error', { ...clean, errors: [{ file: 'a.yml', span: null, message: 'x' }] }, true],
])('tells whether %s is incomplete', (_, result, incomplete) => {
  expect(JSON.parse(renderJson(result, plain)).summary.incomplete).toBe(incomplete);
});

it('counts columns in UTF-16 units and lines after any line end', () => {
  const source: Source = { path: 'a.yml', text: 'a\r\nb\rc\n🔑 exit 0\n' };
  const [only] = JSON.parse(
    renderJson(withFindings({ ...finding, span: at(source, 'exit 0') }), plain),
  ).findings;
  expect([only.start, only.end]).toEqual([
    { line: 4, column: 4 },
    { line: 4, column: 10 },
  ]);
});

it('holds hostile text without loss and without a character that a terminal or a runner obeys', () => {
  const message = 'a\u001b[2J\u009b\u202e\u2028\u{e0041}\ud800 ##[error] \u007f';
  const json = renderJson(withFindings({ ...finding, message }), plain);
  expect(JSON.parse(json).findings[0].message).toBe(message);
  expect(json).not.toMatch(/[^\n\P{C}]|[\u2028\u2029]|##\[/u);
});

it('has the edits of a fix, with places as elsewhere', async () => {
  const report = JSON.parse(renderJson(withFindings({ ...finding, fix }), plain));
  expect(schemaErrors('json', report)).toEqual([]);
  expect(report.findings[0].fix).toEqual({
    applicability: 'unsafe',
    edits: [
      {
        file: '.gitea/workflows/mirror.yml',
        start: { line: 13, column: 13 },
        end: { line: 13, column: 19 },
        text: 'exit 1',
      },
    ],
  });
});
