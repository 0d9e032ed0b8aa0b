import { describe, expect, it } from 'vitest';
import { toldBy } from '../support/one-rule.js';

const id = 'masked-job-flip';
const path = '.github/workflows/ci.yml';

function workflow(jobs: string, on = '[push, pull_request]'): string {
  return `on: ${on}\njobs:\n${jobs.replace(/^(?=.)/gm, '  ')}\n`;
}

function told(before: string | null, after: string, options: object = {}): string[] {
  return toldBy(id, after, { path, base: before, options: { ...options } });
}

function unit(job: string): string {
  return workflow(`unit:\n  runs-on: ubuntu-latest\n${job.replace(/^/gm, '  ')}`);
}

const test = 'steps: [{ run: make test }]';

describe('continue-on-error', () => {
  it.each<[before: string, after: string, said: string[]]>([
    [test, `continue-on-error: true\n${test}`, ['forgiven:5']],
    [test, `continue-on-error: "true"\n${test}`, ['forgiven:5']],
    [test, `continue-on-error: \${{ matrix.new }}\n${test}`, ['forgiven:5']],
    [`continue-on-error: false\n${test}`, `continue-on-error: true\n${test}`, ['forgiven:5']],
    [`continue-on-error: true\n${test}`, `continue-on-error: true\nname: u\n${test}`, []],
    [`continue-on-error: \${{ matrix.new }}\n${test}`, `continue-on-error: true\n${test}`, []],
    [test, `continue-on-error: false\n${test}`, []],
    [`continue-on-error: true\n${test}`, test, ['unmasked:3']],
    [`continue-on-error: true\n${test}`, `continue-on-error: false\n${test}`, ['unmasked:5']],
    [`continue-on-error: \${{ matrix.new }}\n${test}`, test, []],
    [test, 'steps: [{ run: make test, continue-on-error: true }]', ['forgiven:5']],
    [
      'steps: [{ id: t, run: make }]',
      'steps: [{ id: t, run: gmake, continue-on-error: true }]',
      ['forgiven:5'],
    ],
    [
      'steps: [{ uses: a/b@v1 }, { run: make }]',
      'steps: [{ run: make }, { uses: a/b@v2, continue-on-error: true }]',
      ['forgiven:5'],
    ],
    // Nobody can say which of two twins it was, and a new step was nobody's check.
    [
      'steps: [{ uses: a/b@v1 }, { uses: a/b@v1 }]',
      'steps: [{ uses: a/b@v1, continue-on-error: true }, { uses: a/b@v1 }]',
      [],
    ],
    [test, 'steps: [{ run: make test }, { run: make report, continue-on-error: true }]', []],
  ])('%j to %j', (before, after, said) => {
    expect(told(unit(before), unit(after))).toEqual(said);
  });

  it('is nobody’s flip in a new file, a new job or a renamed one', () => {
    const masked = unit(`continue-on-error: true\n${test}`);
    expect(told(null, masked)).toEqual([]);
    expect(told(workflow(`other:\n  runs-on: ubuntu-latest\n  ${test}`), masked)).toEqual([]);
  });

  it('that is gone need not be told', () => {
    expect(told(unit(`continue-on-error: true\n${test}`), unit(test), { unmasked: false })).toEqual([]);
  });
});

describe('a command', () => {
  const script = (text: string) => unit(`steps:\n  - run: |\n${text.replace(/^/gm, '      ')}`);
  it.each<[before: string, after: string, said: string[]]>([
    ['make test', 'make test || true', ['unheard:7']],
    ['make test', 'if ! make test; then echo "::warning::red"; fi', ['unheard:7']],
    ['make test\nmake lint', 'set +e\nmake test\nmake lint\nexit 0', ['unheard:8']],
    ['set -o pipefail\nmake test | tee log', 'make test | tee log', ['unheard:7']],
    ['make   test', 'make test || true', ['unheard:7']],
    // It is heard by another way, it was not heard before, or it is another command.
    ['make test', 'make test || exit 2', []],
    ['make test', 'make test || status=$?\necho done\nexit "${status:-0}"', []],
    ['make test || true', 'make test || echo red', []],
    ['make test', 'make tests || true', []],
    ['make test', 'make test\nmake report || true', []],
    ['echo begin\nmake', 'echo begin || true\nmake', []],
  ])('%j to %j', (before, after, said) => {
    expect(told(script(before), script(after))).toEqual(said);
  });

  it('counts in a job that is not changed itself where the shell of the file is', () => {
    const text = unit('steps: [{ run: make test | tee log }]');
    const bash = text.replace('jobs:', 'defaults: { run: { shell: bash } }\njobs:');
    expect(told(bash, text)).toEqual(['unheard:5']);
    expect(told(text, bash)).toEqual([]);
  });

  it('is not told twice: of a forgiven job or step that is said already', () => {
    const before = script('make test');
    const forgiven = before
      .replace('- run', '- continue-on-error: true\n        run')
      .replace('make test', 'make test || true');
    expect(told(before, forgiven)).toEqual(['unheard:8']);
    expect(
      told(
        before,
        before.replace('    steps', '    continue-on-error: true\n    steps').replace('test', 'test || true'),
      ),
    ).toEqual(['forgiven:5']);
  });

  it('of very many is not tried, and that is said', () => {
    const many = Array.from({ length: 61 }, (_, index) => `make test-${index}`).join('\n');
    const tooMany = ['not judged: job unit has too many commands for each of them to be tried'];
    expect(told(script(many), script(`${many}\nmake more`))).toEqual(tooMany);
    const long = `${'if a; then b; fi\n'.repeat(200)}${many.split('\n').slice(0, 30).join('\n')}`;
    expect(told(script(long), script(`${long} || true`))).toEqual(tooMany);
  });
});

describe('a condition', () => {
  it.each<[before: string, after: string, said: string[]]>([
    [test, `if: false\n${test}`, ['leftOut:5']],
    [test, `if: \${{ false }}\n${test}`, ['leftOut:5']],
    [test, `if: github.event_name == 'push'\n${test}`, ['leftOut:5']],
    [`if: github.event_name == 'push'\n${test}`, `if: false\n${test}`, ['leftOut:5']],
    [
      `if: github.event_name == 'push'\n${test}`,
      `if: github.event_name == 'pull_request'\n${test}`,
      ['leftOut:5'],
    ],
    [test, `if: always()\n${test}`, []],
    [test, `if: github.actor != 'bot'\n${test}`, []],
    [`if: false\n${test}`, `if: \${{ false }}\n${test}`, []],
    [`if: github.event_name == 'push'\n${test}`, `if: github.event_name != 'pull_request'\n${test}`, []],
  ])('%j to %j', (before, after, said) => {
    expect(told(unit(before), unit(after))).toEqual(said);
  });

  it('that leaves a job out on events that the file did not have has not left it out', () => {
    const after = workflow(`unit:\n  runs-on: ubuntu-latest\n  if: github.event_name == 'push'\n  ${test}`);
    const before = workflow(`unit:\n  runs-on: ubuntu-latest\n  ${test}`, 'push');
    expect(told(before, after)).toEqual([]);
  });
});

describe('a gate', () => {
  const jobs = (mask: string, needs: string) =>
    workflow(
      [
        `unit:\n  runs-on: ubuntu-latest\n${mask}  ${test}`,
        `lint:\n  runs-on: ubuntu-latest\n  ${test}`,
        `passed:\n  needs: ${needs}\n  runs-on: ubuntu-latest\n  ${test}`,
      ].join('\n'),
    );
  const masked = '  continue-on-error: true\n';
  const options = { gate: 'passed', unmasked: false };
  it.each<[before: string, after: string, said: string[]]>([
    [jobs('', '[unit, lint]'), jobs(masked, '[unit, lint]'), ['forgiven:5', 'unpaired:11']],
    [jobs('', '[unit, lint]'), jobs(masked, '[lint]'), ['forgiven:5']],
    [jobs(masked, '[lint]'), jobs('', '[lint]'), ['unpaired:9']],
    [jobs(masked, '[lint]'), jobs('', '[lint, unit]'), []],
    [jobs('', '[unit, lint]'), jobs('', '[lint]'), ['unpaired:9']],
    [jobs(masked, '[lint]'), jobs(masked, '[lint, unit]'), ['unpaired:11']],
    // The order is nobody's business, and what fits together afterwards has no other half to come.
    [jobs('', '[unit, lint]'), jobs('', '[lint, unit]'), []],
    [jobs(masked, '[lint, unit]'), jobs('', '[lint, unit]'), []],
  ])('%# changes with the masks', (before, after, said) => {
    expect(told(before, after, options)).toEqual(said);
  });

  it('is none where nobody names it', () => {
    expect(told(jobs(masked, '[lint]'), jobs('', '[lint]'), { unmasked: false })).toEqual([]);
  });
});

it('says why it judges nothing', () => {
  expect(toldBy(id, unit(test))).toEqual(['not judged: which revision to compare with is told by --base']);
  expect(told('on: [', unit(test))).toEqual([`not judged: ${path} has broken YAML in main`]);
});
