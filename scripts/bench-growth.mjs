// @ts-check
// How the time of a judgement grows with its input, for `npm run bench -- --growth`: the time for each unit must stay
// flat. Runs in this process, over and over, so that neither its start nor the warming up of Node is measured.

import process from 'node:process';

/**
 * The files of a repository by their paths. Those in `.github/workflows` are judged.
 * @typedef {ReadonlyMap<string, string>} Files
 */

/**
 * What grows, and the input that has `size` of it: one workflow, or a repository.
 * @type {readonly (readonly [string, readonly number[], (size: number) => string | Files])[]}
 */
const inputs = [
  [
    'lines of a script',
    [10, 100, 1_000, 10_000, 100_000],
    (size) => workflow([step('echo "$HOME"\n'.repeat(size))]),
  ],
  [
    'commands of a script',
    [10, 100, 1_000, 10_000],
    (size) => workflow([step('./tools/check "$HOME"\n'.repeat(size))]),
  ],
  [
    'conditions of a script',
    [10, 100, 1_000],
    (size) => workflow([step('if ./check; then x=1; else x=2; fi\n'.repeat(size))]),
  ],
  [
    'conditions that set a variable each',
    [10, 100, 1_000],
    (size) => workflow([step(lines(size, (index) => `if ./check; then x${index}=1; else x${index}=2; fi`))]),
  ],
  [
    'cases of three arms',
    [10, 100, 1_000],
    (size) =>
      workflow([
        step(
          lines(
            size,
            (index) => `case "$(uname)" in L*) a${index}=1;; D*) a${index}=2;; *) a${index}=3;; esac`,
          ),
        ),
      ]),
  ],
  [
    'commands that may fail with the secret',
    [10, 100, 1_000],
    (size) => workflow([step('check "$TOKEN" || true\n'.repeat(size))]),
  ],
  [
    'requests with a fallback',
    [10, 100, 1_000],
    (size) => workflow([step(lines(size, (index) => `c${index}=$(curl -s "$TOKEN" || echo 000)`))]),
  ],
  [
    'assignments',
    [10, 100, 1_000, 10_000],
    (size) => workflow([step(lines(size, (index) => `v${index}="$(date) $TOKEN"`))]),
  ],
  [
    'functions, each called',
    [10, 100, 1_000, 10_000],
    (size) => workflow([step(lines(size, (index) => `f${index}() { check "$TOKEN"; }\nf${index}`))]),
  ],
  [
    'loops',
    [10, 100, 1_000],
    (size) => workflow([step('for file in *.txt; do check "$file" "$TOKEN"; done\n'.repeat(size))]),
  ],
  [
    'words of a command',
    [10, 100, 1_000, 10_000],
    (size) => workflow([step(`make ${'"$HOME" '.repeat(size)}`)]),
  ],
  [
    'characters of a line',
    [1_000, 10_000, 100_000, 1_000_000],
    (size) => workflow([step(`echo ${'x'.repeat(size)}`)]),
  ],
  [
    'nested conditions',
    [5, 10, 20, 40],
    (size) => workflow([step(`${'if ./check; then '.repeat(size)}make${'; fi'.repeat(size)}`)]),
  ],
  [
    'nested loops',
    [2, 4, 8, 16, 32],
    (size) => workflow([step(`${'for x in a b; do '.repeat(size)}check "$TOKEN"${'; done'.repeat(size)}`)]),
  ],
  [
    'nested conditions that set a variable each',
    [5, 10, 20, 40],
    (size) =>
      workflow([
        step(`${lines(size, (index) => `if ./check; then v${index}=1`)}make\n${'fi\n'.repeat(size)}`),
      ]),
  ],
  [
    'nested cases',
    [5, 10, 20, 40],
    (size) =>
      workflow([
        step(`${'case "$(uname)" in L*) '.repeat(size)}make;; *) exit 1;; ${'esac;; '.repeat(size - 1)}esac`),
      ]),
  ],
  [
    'nested subshells and groups',
    [5, 10, 20, 40],
    (size) => workflow([step(`${'( { '.repeat(size)}make${'; } )'.repeat(size)}`)]),
  ],
  ['commands of a pipeline', [2, 10, 100, 1_000], (size) => workflow([step(`make${' | cat'.repeat(size)}`)])],
  ['parts of an && chain', [10, 100, 1_000], (size) => workflow([step(`${'./check && '.repeat(size)}make`)])],
  [
    'lines of a heredoc',
    [10, 100, 1_000, 10_000],
    (size) => workflow([step(`cat <<EOF\n${'$TOKEN\n'.repeat(size)}EOF`)]),
  ],
  [
    'lines of Python',
    [10, 100, 1_000],
    (size) =>
      workflow([
        `      - shell: python\n${step(`import os\n${'if os.environ["TOKEN"]:\n    print(1)\n'.repeat(size)}`).replace('      - ', '        ')}`,
      ]),
  ],
  [
    'lines of JavaScript',
    [10, 100, 1_000],
    (size) =>
      workflow([
        `      - shell: node {0}\n${step('if (process.env.TOKEN) console.log(1);\n'.repeat(size)).replace('      - ', '        ')}`,
      ]),
  ],
  [
    'lines of PowerShell',
    [10, 100, 1_000],
    (size) =>
      workflow([
        `      - shell: pwsh\n${step('if ($env:TOKEN) { Write-Host 1 }\n'.repeat(size)).replace('      - ', '        ')}`,
      ]),
  ],
  ['scripts, each calling the next', [1, 2, 4, 8, 16, 32], scriptChain],
  ['scripts, all called by one', [1, 10, 100], scriptsCalled],
  ['actions, each using the next', [1, 2, 4, 8], actionChain],
  ['actions, all used by one job', [1, 10, 100], actionsUsed],
  ['workflows, each calling the next', [1, 2, 3], workflowChain],
  ['callers of a workflow', [1, 10, 100], callers],
  ['jobs that call one workflow', [1, 10, 100], jobsThatCall],
  ['files', [10, 100, 1_000], (size) => manyFiles(size, '.github')],
  ['files on Gitea', [10, 100, 1_000], (size) => manyFiles(size, '.gitea')],
  ['functions that call one another', [3, 6, 12, 24], (size) => workflow([step(calls(size))])],
  ['steps', [10, 100, 1_000], (size) => workflow(Array.from({ length: size }, () => step(guard)))],
  ['jobs', [1, 10, 100, 1_000], (size) => jobs(size, () => [])],
  [
    'jobs in a chain of needs',
    [1, 10, 100, 1_000],
    (size) => jobs(size, (index) => (index === 0 ? [] : [index - 1])),
  ],
  [
    'needs of a job',
    [1, 10, 100],
    (size) => jobs(size + 1, (index) => (index < size ? [] : [...Array(size).keys()])),
  ],
  ['values of a matrix', [1, 10, 100, 1_000], matrix],
  [
    'dimensions of a matrix',
    [1, 2, 4, 8],
    (size) =>
      workflow([step(guard)]).replace(
        '    env:',
        `    strategy:\n      matrix:\n${lines(size, (index) => `        d${index}: [a, b]`)}    env:`,
      ),
  ],
  [
    'includes of a matrix',
    [10, 100, 1_000],
    (size) =>
      workflow([step(`${guard}/\${{ matrix.x }}`)]).replace(
        '    env:',
        `    strategy:\n      matrix:\n        include:\n${lines(size, (index) => `          - { x: v${index}, y: ${index % 7} }`)}    env:`,
      ),
  ],
  ['secrets, each with a guard', [1, 10, 100, 1_000], secrets],
  [
    'keys of a mapping',
    [10, 100, 1_000, 10_000, 100_000],
    (size) => `on: push\nenv:\n${lines(size, (index) => `  K${index}: x`)}jobs: {}\n`,
  ],
  [
    'nesting of YAML',
    [20, 40, 80, 160],
    (size) => `on: push\nenv: { A: x }\nx: ${'['.repeat(size)}${']'.repeat(size)}\njobs: {}\n`,
  ],
  [
    'events of a workflow',
    [1, 2, 4, 8],
    (size) => workflow([step(guard)]).replace('[push, pull_request]', `[${events.slice(0, size)}]`),
  ],
  [
    'expressions of a text',
    [10, 100, 1_000],
    (size) => workflow([step(`echo ${'${{ github.sha }} '.repeat(size)}`)]),
  ],
  [
    'operators of a condition',
    [10, 100, 1_000],
    (size) => workflow([`${step(guard)}        if: \${{ ${"env.TOKEN != '' && ".repeat(size)}true }}\n`]),
  ],
  [
    'outputs of steps, each read by the next',
    [10, 100],
    (size) =>
      workflow(
        Array.from({ length: size }, (_, index) =>
          step(`echo "v=\${{ steps.s${index - 1}.outputs.v || env.TOKEN }}" >> "$GITHUB_OUTPUT"`).replace(
            '- run',
            `- id: s${index}\n        run`,
          ),
        ),
      ),
  ],
  [
    'comments',
    [10, 100, 1_000, 10_000, 100_000],
    (size) => `${'# A line of a comment.\n'.repeat(size)}on: push\njobs: {}\n`,
  ],
];

const guard = 'if [ -z "$TOKEN" ]; then exit 0; fi\ncurl -fsS -H "Authorization: $TOKEN" https://ci.example';

/** @param {number} count @param {(index: number) => string} line */
function lines(count, line) {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
}

/** @param {string} script */
function step(script) {
  return `      - run: |\n${script.trimEnd().replaceAll(/^/gm, '          ')}\n`;
}

/** @param {readonly string[]} steps */
function workflow(steps) {
  return `on: [push, pull_request]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    env:\n      TOKEN: \${{ secrets.TOKEN }}\n    steps:\n${steps.join('')}`;
}

const events = [
  'push',
  'pull_request',
  'schedule',
  'workflow_dispatch',
  'release',
  'merge_group',
  'issue_comment',
  'pull_request_target',
];

const main = '.github/workflows/ci.yml';
const checkout = '      - uses: actions/checkout@v4\n';

/** @param {number} count */
function scriptChain(count) {
  const script = (/** @type {number} */ index) => (index === count - 1 ? guard : `bash ci/s${index + 1}.sh`);
  return new Map([
    [main, workflow([checkout, step('bash ci/s0.sh')])],
    ...named(count, (index) => [`ci/s${index}.sh`, `${script(index)}\n`]),
  ]);
}

/** @param {number} count */
function scriptsCalled(count) {
  return new Map([
    [main, workflow([checkout, step(lines(count, (index) => `bash ci/s${index}.sh`))])],
    ...named(count, (index) => [`ci/s${index}.sh`, `check${index} "$TOKEN"\n`]),
  ]);
}

/** @param {string} steps */
function composite(steps) {
  return `name: x\ninputs: { token: { default: '' } }\nruns:\n  using: composite\n  steps:\n${steps}`;
}

/** @param {number} index */
function using(index) {
  return `      - uses: ./.github/actions/a${index}\n        with: { token: "\${{ inputs.token || secrets.TOKEN }}" }\n`;
}

/** @param {number} index */
function actionFile(index) {
  return `.github/actions/a${index}/action.yml`;
}

const guarded = `      - shell: bash\n        env: { TOKEN: "\${{ inputs.token }}" }\n        run: |\n${guard.replaceAll(/^/gm, '          ')}\n`;

/** @param {number} count */
function actionChain(count) {
  return new Map([
    [main, workflow([checkout, using(0)])],
    ...named(count, (index) => [
      actionFile(index),
      composite(index === count - 1 ? guarded : using(index + 1).replace(' || secrets.TOKEN', '')),
    ]),
  ]);
}

/** @param {number} count */
function actionsUsed(count) {
  return new Map([
    [main, workflow([checkout, ...Array.from({ length: count }, (_, index) => using(index))])],
    ...named(count, (index) => [actionFile(index), composite(guarded)]),
  ]);
}

const callable = 'on: { workflow_call: { secrets: { TOKEN: { required: false } } } }';

/** @param {number} index */
function calling(index) {
  return `    uses: ./.github/workflows/w${index}.yml\n    secrets: inherit\n`;
}

/** @param {number} count */
function workflowChain(count) {
  return new Map([
    [main, `on: push\njobs:\n  a:\n${calling(0)}`],
    ...named(count, (index) => [
      `.github/workflows/w${index}.yml`,
      index === count - 1
        ? workflow([step(guard)]).replace(/^on: .*/, callable)
        : `${callable}\njobs:\n  a:\n${calling(index + 1)}`,
    ]),
  ]);
}

/** @param {number} count */
function callers(count) {
  return new Map([
    ['.github/workflows/w0.yml', workflow([step(guard)]).replace(/^on: .*/, callable)],
    ...named(count, (index) => [`.github/workflows/c${index}.yml`, `on: push\njobs:\n  a:\n${calling(0)}`]),
  ]);
}

/** @param {number} count */
function jobsThatCall(count) {
  return new Map([
    ['.github/workflows/w0.yml', workflow([step(guard)]).replace(/^on: .*/, callable)],
    [main, `on: push\njobs:\n${lines(count, (index) => `  j${index}:\n${calling(0).trimEnd()}`)}`],
  ]);
}

/** @param {number} count @param {string} root */
function manyFiles(count, root) {
  return new Map(
    named(count, (index) => [`${root}/workflows/f${index}.yml`, workflow([step(`${guard}/${index}`)])]),
  );
}

/** @param {number} count @param {(index: number) => [string, string]} make */
function named(count, make) {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** @param {number} depth */
function calls(depth) {
  return `${lines(depth, (index) => `f${index}() { f${index + 1}; }`)}f${depth}() { make; }\nf0`;
}

/** @param {number} count @param {(index: number) => readonly number[]} needs */
function jobs(count, needs) {
  const job = (/** @type {number} */ index) =>
    `  j${index}:\n    runs-on: ubuntu-latest\n    needs: [${needs(index).map((other) => `j${other}`)}]\n    env:\n      TOKEN: \${{ secrets.TOKEN }}\n    steps:\n${step(guard).trimEnd()}`;
  return `on: [push, pull_request]\njobs:\n${lines(count, job)}`;
}

/** @param {number} size */
function matrix(size) {
  const values = Array.from({ length: size }, (_, index) => `v${index}`);
  return `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        part: [${values}]\n    env:\n      TOKEN: \${{ secrets.TOKEN }}\n    steps:\n${step(`${guard}/\${{ matrix.part }}`)}`;
}

/** @param {number} count */
function secrets(count) {
  const env = lines(count, (index) => `      S${index}: \${{ secrets.S${index} }}`);
  const script = lines(count, (index) => `if [ -z "$S${index}" ]; then exit 0; fi`);
  return `on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    env:\n${env}    steps:\n${step(`${script}make`)}`;
}

/** The folder of the forge that a file lies in. @param {string} path */
function rootOf(path) {
  return path.slice(0, path.indexOf('/'));
}

/** Rounds at most, and processor time in milliseconds after which no more are run. */
const mostRounds = 7;
const enough = 3_000;

/**
 * By what the time of the last step would grow for one doubling of its size: 2 where a unit takes as long as before.
 * @param {readonly number[]} sizes @param {readonly number[]} times
 */
function perDoubling(sizes, times) {
  const [before = 1, size = 1] = sizes.slice(-2);
  const [earlier = 1, time = 1] = times.slice(-2);
  return (time / earlier) ** (1 / Math.log2(size / before));
}

/** The rows of the table: what grows, and for each size the microseconds that a unit takes. */
export async function growth(only = '') {
  const { lint } = await import(new URL('../dist/src/index.js', import.meta.url).href);
  const judged = async (/** @type {string | Files} */ made) => {
    const files = typeof made === 'string' ? new Map([[main, made]]) : made;
    const sources = new Map([...files].map(([path, text]) => [path, { path, text }]));
    const repository = {
      read: (/** @type {string} */ path) => sources.get(path) ?? null,
      refusal: () => null,
      files: () =>
        [...files.keys()].flatMap((path) =>
          /^\.git(hub|ea)\/.*\.yml$/.test(path)
            ? [
                {
                  path,
                  shown: path,
                  kind: path.endsWith('/action.yml') ? 'action' : 'workflow',
                  folder: rootOf(path),
                },
              ]
            : [],
        ),
    };
    const inputs = [...sources.values()]
      .filter(({ path }) => path.startsWith(`${rootOf(path)}/workflows/`))
      .map((source) => ({ source, kind: 'workflow', forge: rootOf(source.path).slice(1), repository }));
    const before = process.cpuUsage();
    const { errors, notJudged } = await lint(inputs, { rules: null, forge: null });
    const { user, system } = process.cpuUsage(before);
    // What is refused takes no time.
    if (errors[0]) throw new Error(`${errors[0].file}: ${errors[0].message}`);
    return { time: user + system, whole: notJudged.length === 0 };
  };
  const rows = [['growth of', '× per doubling', 'size: µs of CPU a unit … (* a step is not judged)']];
  for (const [name, sizes, make] of inputs.filter(([name]) => name.startsWith(only))) {
    const cells = [];
    const times = [];
    for (const size of sizes) {
      const text = make(size);
      let least = Number.POSITIVE_INFINITY;
      let spent = 0;
      let mark = '';
      for (let round = 0; round < mostRounds && spent < enough * 1_000; round++) {
        const { time, whole } = await judged(text);
        least = Math.min(least, time);
        spent += time;
        mark = whole ? '' : '*';
      }
      times.push(least);
      cells.push(`${size}${mark}: ${(least / size).toFixed(least / size < 10 ? 1 : 0)}`);
    }
    process.stderr.write(`${name} is done\n`);
    rows.push([name, perDoubling(sizes, times).toFixed(2), cells.join('   ')]);
  }
  return rows;
}
