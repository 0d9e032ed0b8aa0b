import { beforeAll, describe, expect, it } from 'vitest';
import { loadLanguage } from '../../src/program/lower/languages.js';
import { lintWith, place, WORKFLOW, workflow } from '../support/called.js';

beforeAll(() => loadLanguage('python'));

const soft = (first = '') => `${first}import os, sys, urllib.request
token = os.environ.get("TOKEN")
if not token:
    sys.exit(0)
urllib.request.urlopen("https://deploy.example/?key=" + token)
`;

function found(run: string, files: Readonly<Record<string, string>>): string[] {
  const { findings, errors } = lintWith({ [WORKFLOW]: workflow(run) }, files);
  expect(errors).toEqual([]);
  return findings
    .filter((finding) => finding.severity !== 'note')
    .map((finding) => `${finding.rule} ${place(finding)}`);
}

describe('a Python file that a step calls is followed', () => {
  it.each([
    ['python x.py', 'x.py', soft(), 4],
    ['python3 -u ./x.py', 'x.py', soft(), 4],
    ['python3.12 -W ignore tools/x.py', 'tools/x.py', soft(), 4],
    ['cd tools\npython x.py', 'tools/x.py', soft(), 4],
    ['./x.py', 'x.py', soft('#!/usr/bin/env python3\n'), 5],
    ['tools/deploy', 'tools/deploy', soft('#!/usr/bin/python3\n'), 5],
    ['timeout 60 python x.py', 'x.py', soft(), 4],
    ['uv run x.py', 'x.py', soft(), 4],
    ['uv --quiet run --with requests --no-project python x.py', 'x.py', soft(), 4],
    ['poetry run python x.py', 'x.py', soft(), 4],
    ['pipenv run python3 x.py', 'x.py', soft(), 4],
    ['pdm run python x.py', 'x.py', soft(), 4],
    ['python -m tools.x', 'tools/x.py', soft(), 4],
    ['uv run python -m tools', 'tools/__main__.py', soft(), 4],
  ] as const)('%s', (run, file, text, line) => {
    expect(found(run, { [file]: text })).toEqual([`missing-secret-exits-zero ${file}:${line}`]);
    expect(found(run, { [file]: text.replace('exit(0)', 'exit(1)') })).toEqual([]);
  });

  it('is told with the step that calls it', () => {
    const { findings } = lintWith({ [WORKFLOW]: workflow('python x.py') }, { 'x.py': soft() });
    expect(findings[0]?.witness.map(({ text }) => text)).toContain('the step calls x.py here');
  });

  it('has its arguments', () => {
    const text = `import argparse, os, urllib.request
parser = argparse.ArgumentParser()
parser.add_argument("--soft", action="store_true")
args = parser.parse_args()
if args.soft and not os.environ["TOKEN"]:
    raise SystemExit(0)
urllib.request.urlopen("https://deploy.example/?key=" + os.environ["TOKEN"])
`;
    expect(found('python x.py --soft', { 'x.py': text })).toEqual(['missing-secret-exits-zero x.py:6']);
    expect(found('python x.py', { 'x.py': text })).toEqual([]);
  });

  it('has the environment of the shell that calls it', () => {
    const files = { 'x.py': soft() };
    expect(found('unset TOKEN\npython x.py', files)).toEqual([]);
    expect(found('TOKEN=constant python x.py', files)).toEqual([]);
    expect(found('python x.py || exit 1', files)).toEqual(['missing-secret-exits-zero x.py:4']);
  });

  it('is run anew for an event in which a command of it gets another answer', () => {
    const nightlyIsRed = `import os, subprocess, sys
if not os.environ["TOKEN"]:
    nightly = subprocess.run('test "$GITHUB_EVENT_NAME" = schedule', shell=True)
    if nightly.returncode == 0:
        sys.exit(1)
    sys.exit(0)
subprocess.run(["curl", "-fsS", "https://deploy.example/?key=" + os.environ["TOKEN"]], check=True)
`;
    const events = 'on:\n  push:\n    branches: [main]\n  schedule:\n    - cron: "7 3 * * *"\n';
    const text = workflow('python x.py').replace(/^on: .*\n/m, events);
    const { findings } = lintWith({ [WORKFLOW]: text }, { 'x.py': nightlyIsRed });
    const [finding, ...others] = findings.filter(({ rule }) => rule === 'missing-secret-exits-zero');
    expect(others).toEqual([]);
    expect(finding?.contexts).toContain('push');
    expect(finding?.contexts).not.toContain('schedule');
  });

  it('tells its status to the script around it', () => {
    const hard = soft().replace('exit(0)', 'exit(3)');
    expect(found('python x.py || true', { 'x.py': hard })).not.toEqual([]);
    expect(found('set +e\npython x.py\nexit $?', { 'x.py': hard })).toEqual([]);
  });
});

describe('a step is not judged where the Python that it runs is not known', () => {
  const reasons = (run: string, files: Readonly<Record<string, string>> = {}) =>
    lintWith({ [WORKFLOW]: workflow(run) }, files).notJudged.map(({ reason }) => reason);

  it.each([
    ['python -c "print($TOKEN)"', {}, 'the shell computes the python that it runs'],
    ['python x.py', {}, 'x.py is not in the repository'],
    ['python "$(pick-one).py"', {}, 'the path of a script that it calls is computed'],
    [
      'python x.py',
      { 'x.py': 'if (:\n' },
      'x.py cannot be read: python syntax: line 1 of it is not understood',
    ],
    [
      "python - <<'EOF'\nprint 'x'\nEOF",
      {},
      "the python that it runs cannot be read: python: a 'print' of Python 2 is not modelled",
    ],
  ] as const)('%s', (run, files, reason) => {
    expect(reasons(run, files)).toEqual([reason]);
  });
});
