// @ts-check
// Workflow files for benchmarks: as long, as deep and as full of secrets as those of real repositories, and always
// the same for the same seed. Figures of the sizes and shapes: 13 KB a file, 5.6 scripts a file, every fifth script
// reached by a secret, every sixth script the copy of another.

/** @typedef {{ below: (limit: number) => number, one: <T>(items: readonly T[]) => T, chance: (percent: number) => boolean }} Random */

/**
 * Numbers by the generator "mulberry32".
 * @param {number} seed
 * @returns {Random}
 */
function randomFrom(seed) {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  /** @param {number} limit */
  const below = (limit) => Math.floor(next() * limit);
  return {
    below,
    one: (items) => /** @type {any} */ (items[below(items.length)]),
    chance: (percent) => below(100) < percent,
  };
}

const parts = 'api web worker docs mobile billing search index mailer gateway scheduler admin'.split(' ');
const tasks = 'build test lint package publish deploy verify report scan sync clean notify'.split(' ');
const systems = ['ubuntu-latest', 'ubuntu-24.04', 'ubuntu-22.04'];
const secrets = 'NPM_TOKEN DEPLOY_KEY REGISTRY_PASSWORD SIGNING_KEY SLACK_WEBHOOK COVERAGE_TOKEN'.split(' ');
const actions = [
  'actions/setup-node@v4\n        with:\n          node-version: 22\n          cache: npm',
  'actions/setup-python@v5\n        with:\n          python-version: "3.12"',
  "actions/cache@v4\n        with:\n          path: ~/.cache\n          key: ${{ runner.os }}-${{ hashFiles('**/lock') }}",
  'actions/upload-artifact@v4\n        with:\n          name: logs\n          path: out/',
];

/** Pieces of scripts; `@` is a number, `%` the name of a part. @type {readonly string[]} */
const fragments = [
  'set -euo pipefail',
  'echo "::group::% @"\nls -la %/dist\necho "::endgroup::"',
  'npm ci --prefix %\nnpm run build --prefix % -- --mode production',
  'npm test --prefix % -- --shard @/10 --reporter dot',
  'version=$(jq -r .version %/package.json)\necho "version=$version" >> "$GITHUB_OUTPUT"',
  'for file in %/reports/*.xml; do\n  [ -e "$file" ] || continue\n  ./tools/convert "$file" > "${file%.xml}.json"\ndone',
  'if [ ! -d %/node_modules ]; then\n  echo "nothing is installed for %"\n  exit 1\nfi',
  'case "$GITHUB_REF" in\n  refs/tags/*) channel=stable ;;\n  refs/heads/main) channel=next ;;\n  *) channel=none ;;\nesac',
  'docker build --tag "registry.example/%:$GITHUB_SHA" --file %/Dockerfile --build-arg REVISION="$GITHUB_SHA" .',
  'retry() {\n  for attempt in 1 2 3; do\n    "$@" && return 0\n    sleep @\n  done\n  return 1\n}\nretry ./tools/fetch %',
  'git diff --exit-code -- % || {\n  echo "::error::% is out of date, run make %"\n  exit 1\n}',
  'cat > %/settings.ini <<EOF\n[%]\nrevision = $GITHUB_SHA\nworkers = @\nEOF',
  'python3 -m venv .venv\n. .venv/bin/activate\npip install -r %/requirements.txt\npytest % -n @ --maxfail=1',
  'size=$(du -sk %/dist | cut -f1)\nif [ "$size" -gt @000 ]; then echo "% is too large: $size"; exit 1; fi',
  'tar -czf %.tar.gz -C % dist\nsha256sum %.tar.gz > %.tar.gz.sha256',
  '# The cache of % is shared by @ jobs: what one of them leaves behind the next one finds.\nrm -rf %/.cache/stale',
];

/** What scripts do with a secret; `$S` is its variable. @type {readonly string[]} */
const uses = [
  'if [ -z "${$S:-}" ]; then\n  echo "::error::$S is missing: ask the owners of % for one"\n  exit 1\nfi\n./tools/publish % --token "$$S"',
  'curl -fsS -H "Authorization: Bearer $$S" "https://ci.example/api/%?run=$GITHUB_RUN_ID" -o %.json\ntest -s %.json',
  'echo "$$S" | docker login registry.example --username ci --password-stdin\ndocker push "registry.example/%:$GITHUB_SHA"',
  'if [ -z "$$S" ]; then\n  echo "::warning::no $S, % is not published"\n  exit 0\nfi\nnpm publish %',
  'export TOKEN="$$S"\n./tools/deploy % --region eu --wait @',
];

/**
 * @param {Random} random
 * @param {string} text
 */
function filled(random, text) {
  const part = random.one(parts);
  return text.replaceAll('%', part).replaceAll('@', () => String(1 + random.below(9)));
}

/**
 * @param {Random} random
 * @param {string | null} secret
 */
function scriptOf(random, secret) {
  const pieces = Array.from({ length: 2 + random.below(14) }, () => filled(random, random.one(fragments)));
  if (secret !== null) pieces.push(filled(random, random.one(uses)).replaceAll('$S', secret));
  return pieces.join('\n');
}

/** @param {string} text @param {number} width */
function indented(text, width) {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(width));
}

const triggers = [
  'on: [push, pull_request]',
  'on:\n  push:\n    branches: [main]\n  pull_request:\n    paths-ignore: ["docs/**"]',
  'on:\n  schedule:\n    - cron: "17 3 * * *"\n  workflow_dispatch:',
  'on:\n  push:\n    tags: ["v*"]\n  workflow_dispatch:\n    inputs:\n      dry-run:\n        type: boolean\n        default: false',
];

/**
 * @param {Random} random
 * @param {string[]} known scripts of other steps
 * @param {boolean} withSecrets
 */
function stepOf(random, known, withSecrets) {
  if (random.chance(35)) return `      - uses: ${random.one(actions)}\n`;
  const secret = withSecrets && random.chance(20) ? random.one(secrets) : null;
  const copied = secret === null && known.length > 0 && random.chance(17);
  const script = copied ? random.one(known) : scriptOf(random, secret);
  if (secret === null && !copied) known.push(script);
  const name = `      - name: ${filled(random, '% ')}${random.one(tasks)}\n`;
  const condition = random.chance(15) ? "        if: github.event_name != 'pull_request'\n" : '';
  const env = secret === null ? '' : `        env:\n          ${secret}: \${{ secrets.${secret} }}\n`;
  return `${name}${condition}${env}        run: |\n${indented(script, 10)}\n`;
}

/**
 * @param {Random} random
 * @param {string[]} known
 * @param {number} size about as many bytes as it will have
 * @param {boolean} withSecrets
 */
function workflowOf(random, known, size, withSecrets) {
  let text = `# Generated for a benchmark.\nname: ${filled(random, '% ')}${random.one(tasks)}\n${random.one(triggers)}\npermissions:\n  contents: read\njobs:\n`;
  const jobs = Array.from({ length: 1 + random.below(4) }, (_, index) => `${random.one(tasks)}-${index}`);
  for (const [index, job] of jobs.entries()) {
    text += `  ${job}:\n    runs-on: ${random.one(systems)}\n    timeout-minutes: ${10 + random.below(50)}\n`;
    if (index > 0 && random.chance(40)) text += `    needs: [${jobs[index - 1]}]\n`;
    if (random.chance(25))
      text +=
        '    strategy:\n      fail-fast: false\n      matrix:\n        shard: [1, 2, 3, 4]\n        os: [linux, darwin]\n';
    text += '    steps:\n      - uses: actions/checkout@v4\n';
    const end = (size * (index + 1)) / jobs.length;
    while (text.length < end) text += stepOf(random, known, withSecrets);
  }
  return text;
}

/**
 * The workflows of a repository, by their paths.
 * @param {number} count
 * @param {number} seed
 * @param {{ readonly meanSize?: number, readonly withSecrets?: boolean }} [options] bytes; 13,000 where it is not given
 * @returns {Map<string, string>}
 */
export function generatedWorkflows(count, seed, { meanSize = 13_000, withSecrets = true } = {}) {
  const random = randomFrom(seed);
  /** @type {string[]} */
  const known = [];
  /** @type {Map<string, string>} */
  const files = new Map();
  for (let index = 0; index < count; index++) {
    // Most files are small and some are very long.
    const size = count === 1 ? meanSize : (meanSize * (1 + random.below(10) ** 2)) / 29.5;
    const name = `${random.one(parts)}-${random.one(tasks)}-${index}.yml`;
    files.set(`.github/workflows/${name}`, workflowOf(random, known, size, withSecrets));
    if (known.length > 400) known.splice(0, 200);
  }
  return files;
}
