// Runs the script of an `actions/github-script` step with stand-ins for what the action gives it. Every call that
// would leave the machine is noted in the log, and nothing leaves the machine.

import { appendFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [script] = process.argv.slice(2);
const wordEnd = '\x1f';
const recordEnd = '\x1e';

function note(name) {
  appendFileSync(process.env.ORACLE_LOG, `${name}${wordEnd}${recordEnd}${wordEnd}`);
}

function say(message) {
  process.stdout.write(`${message}\n`);
}

/** An answer of 401 where the credential that it is given is empty. */
globalThis.fetch = async (url, options = {}) => {
  new URL(url);
  note('fetch');
  const headers = Object.fromEntries(
    Object.entries(options.headers ?? {}).map(([k, v]) => [k.toLowerCase(), v]),
  );
  const given = headers.authorization;
  const refused = given !== undefined && /^(bearer|token)?\s*$/i.test(given);
  return new Response('{}', { status: refused ? 401 : 200 });
};

/** An object whose members are called by their path. */
function stand(path) {
  return new Proxy(() => {}, {
    get: (_, name) => (name === 'then' ? undefined : stand(`${path}.${String(name)}`)),
    apply: () => {
      note(path);
      return Promise.resolve({ data: {} });
    },
  });
}

function toFile(variable, name, value) {
  const text =
    value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  appendFileSync(process.env[variable], `${name}<<END_OF_VALUE\n${text}\nEND_OF_VALUE\n`);
}

const core = {
  setFailed(message) {
    process.exitCode = 1;
    say(`::error::${message}`);
  },
  setOutput: (name, value) => toFile('GITHUB_OUTPUT', name, value),
  exportVariable: (name, value) => toFile('GITHUB_ENV', name, value),
  getInput: (name) => process.env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? '',
  group: (_, body) => body(),
  error: (message) => say(`::error::${message}`),
  warning: (message) => say(`::warning::${message}`),
  notice: (message) => say(`::notice::${message}`),
  info: (message) => say(message),
  debug: () => {},
  setSecret: () => {},
  summary: { addRaw: () => core.summary, addHeading: () => core.summary, write: async () => core.summary },
};

const github = new Proxy(stand('github'), {
  get: (target, name) =>
    name === 'getOctokit'
      ? (token) => {
          if (!token) throw new Error('Parameter token or opts.auth is required');
          return stand('octokit');
        }
      : Reflect.get(target, name),
});

const context = {
  eventName: 'push',
  repo: { owner: 'o', repo: 'r' },
  payload: {},
  sha: 'abc',
  ref: 'refs/heads/main',
};
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

function fail(error) {
  say(error);
  core.setFailed(`Unhandled error: ${error}`);
}

async function main() {
  const body = new AsyncFunction('require', 'github', 'core', 'context', readFileSync(script, 'utf8'));
  const result = await body(createRequire(script), github, core, context);
  if (process.env['INPUT_RESULT-ENCODING'] === 'string') toFile('GITHUB_OUTPUT', 'result', String(result));
  // The empty text and an output that is never written read the same.
  else if (result !== undefined) toFile('GITHUB_OUTPUT', 'result', JSON.stringify(result));
}

process.on('unhandledRejection', fail);
if (process.env.ORACLE_HOST === 'github-script') await main().catch(fail);
