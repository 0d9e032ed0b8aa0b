import type { Library, LibraryRow } from './library.js';

const language = 'ECMAScript language reference';
const node = 'Node.js documentation';
const toolkit = 'actions/toolkit';
const octokit = 'octokit/rest.js';

/** What the analysis knows of JavaScript's library, of Node's, and of the packages that CI scripts use most. */
export const javascript: Library = {
  rows: [
    // Environment and process
    {
      names: 'process.env Bun.env import.meta.env',
      means: 'environment',
      property: true,
      source: `${node}, process`,
    },
    { names: 'Deno.env.get', means: 'environment-get', source: 'Deno documentation, Deno.env' },
    { names: 'Deno.env.set', means: 'environment-set', source: 'Deno documentation, Deno.env' },
    { names: 'delete.process.env', means: 'environment-remove', source: `${node}, process` },
    { names: 'delete', means: 'delete', source: language },
    {
      names: 'process.argv Bun.argv',
      means: 'arguments',
      property: true,
      gives: 'node',
      source: `${node}, process`,
    },
    {
      names: 'process.exit Deno.exit process.reallyExit',
      means: 'exit-now',
      source: `${node}, process`,
    },
    { names: 'process.abort', means: 'exit-now', status: 134, source: `${node}, process` },
    { names: 'process.exitCode.set', means: 'status-at-the-end', source: `${node}, process` },
    {
      names: 'process.exitCode',
      means: 'status-at-the-end',
      property: true,
      source: `${node}, process`,
    },
    // Printing
    {
      names: 'console.log console.info console.debug',
      means: 'print-line',
      source: `${node}, console`,
    },
    { names: 'console.error console.warn console.trace', means: 'print-error', source: `${node}, console` },
    { names: 'console.*', means: 'pure', source: `${node}, console` },
    { names: 'process.stdout.write', means: 'print', source: `${node}, process` },
    { names: 'process.stderr.write', means: 'print-error', source: `${node}, process` },
    {
      names: 'chalk.* kleur.* picocolors.* ansi-colors.* ora.* new.ora winston.* pino.* debug.* consola.*',
      means: 'pure',
      source: 'they tell people something and do nothing else',
    },
    // The runner
    { names: 'core.setFailed', means: 'set-failed', source: `${toolkit}, core: it sets the exit code` },
    { names: 'core.setOutput', means: 'set-output', source: `${toolkit}, core` },
    { names: 'core.exportVariable', means: 'set-variable', source: `${toolkit}, core` },
    { names: 'core.error', means: 'annotate', source: `${toolkit}, core` },
    { names: 'core.group', means: 'call', source: `${toolkit}, core: it calls its second argument` },
    {
      names:
        'core.getInput core.getMultilineInput core.getBooleanInput core.getState core.toPlatformPath core.isDebug',
      means: 'pure',
      source: `${toolkit}, core`,
    },
    { names: 'core.getIDToken', means: 'work', source: `${toolkit}, core: it asks the forge for a token` },
    {
      names: 'core.*',
      means: 'summarise',
      source: `${toolkit}, core: messages, masks, groups and the summary`,
    },
    { names: 'module.load', means: 'load-module', source: `${node}, modules` },
    { names: 'module.isMain', means: 'is-main', property: true, source: `${node}, modules` },
    { names: 'github-script.result', means: 'set-result', source: 'actions/github-script, main.ts' },
    // Values
    { names: 'Boolean', means: 'boolean', source: language },
    { names: 'String', means: 'text', source: language },
    {
      names: 'Number parseInt parseFloat Number.parseInt Number.parseFloat BigInt',
      means: 'number',
      source: language,
    },
    {
      names: 'JSON.parse',
      means: 'parse',
      raises: 'SyntaxError',
      source: `${language}: an empty text is a SyntaxError`,
    },
    { names: 'JSON.stringify', means: 'serialise', source: language },
    { names: 'Array.from', means: 'list', source: language },
    { names: 'new.Set', means: 'distinct', source: language },
    { names: 'new.Map', means: 'from-entries', gives: 'Map', source: language },
    { names: 'Object.fromEntries', means: 'from-entries', source: language },
    { names: 'Map.get', means: 'get', source: language },
    { names: 'Map.set', means: 'set-member', source: language },
    { names: 'Map.has', means: 'includes', source: language },
    { names: 'Map.keys', means: 'keys', source: language },
    { names: 'Map.values', means: 'values', source: language },
    { names: 'Map.entries', means: 'items', source: language },
    { names: 'Map.size', means: 'length', property: true, source: language },
    { names: 'Map.delete', means: 'take', source: language },
    { names: 'Map.clear', means: 'clear', source: language },
    { names: 'Map.forEach', means: 'for-each', source: language },
    { names: 'new.Array structuredClone', means: 'pure', source: language },
    { names: 'new.Object Object.freeze Object.seal', means: 'identity', source: language },
    { names: 'Object.assign', means: 'assign', source: language },
    { names: 'Object.keys', means: 'keys', source: language },
    { names: 'Object.values', means: 'values', source: language },
    { names: 'Object.entries', means: 'items', source: language },
    {
      names: 'Promise.all Promise.resolve Promise.race Promise.any util.promisify Promise.allSettled',
      means: 'identity',
      source: `${language}: what is awaited is taken to be there at once`,
    },
    { names: 'Promise.reject', means: 'reject', source: language },
    {
      names: 'setTimeout setImmediate queueMicrotask process.nextTick',
      means: 'call',
      source: `${node}, timers: what they call is taken to run at once`,
    },
    {
      names: 'setInterval clearTimeout clearInterval timers.promises.* Bun.sleep Deno.sleep',
      means: 'pure',
      source: `${node}, timers`,
    },
    {
      names:
        'Error TypeError RangeError SyntaxError ReferenceError new.Error new.TypeError new.RangeError new.SyntaxError new.ReferenceError',
      means: 'error',
      source: language,
    },
    { names: 'instanceof', means: 'is-type', source: language },
    {
      names: 'RegExp Symbol new.AggregateError',
      means: 'make',
      source: `${language}: making an object does nothing else`,
    },
    {
      names:
        'Math.* Number.* String.* Array.* Object.* Date.* JSON.* Intl.* Reflect.* Symbol.* URL.* encodeURIComponent decodeURIComponent encodeURI decodeURI escape unescape isNaN isFinite atob btoa typeof',
      means: 'pure',
      source: language,
    },
    {
      names:
        'path.* url.* util.* os.* crypto.* querystring.* assert.* Buffer.* zlib.* stream.* events.* readline.* perf_hooks.* performance.* string_decoder.* v8.* vm.* semver.* yaml.* js-yaml.* minimatch.* lodash.* dayjs.* dayjs moment moment.* uuid.* minimist minimist.* commander.* yargs.* yargs glob.* globby fast-glob zod.* ajv.* diff.* marked.* front-matter.* cheerio.* xml2js.* ini.* toml.* dedent strip-ansi mri dotenv.* jsonwebtoken.* process.* module.* require.* exports.* import.meta.* Deno.args Deno.cwd Deno.env.* Bun.* createRequire',
      means: 'pure',
      source: 'they only compute',
    },
    {
      names:
        'assert assert.ok assert.equal assert.strictEqual assert.deepEqual assert.deepStrictEqual assert.notEqual assert.notStrictEqual assert.notDeepEqual assert.notDeepStrictEqual assert/strict assert/strict.ok assert/strict.equal assert/strict.strictEqual assert/strict.deepEqual assert/strict.deepStrictEqual assert/strict.notEqual assert/strict.notStrictEqual assert/strict.notDeepEqual assert/strict.notDeepStrictEqual',
      means: 'assert',
      source: `${node}, assert`,
    },
    { names: 'assert.fail assert/strict.fail', means: 'raise', source: `${node}, assert` },
    { names: 'assert/strict.*', means: 'pure', source: `${node}, assert` },
    // Texts
    { names: 'text.length', means: 'length', property: true, source: language },
    { names: 'text.trim', means: 'strip', source: language },
    { names: 'text.trimStart text.trimLeft', means: 'strip-start', source: language },
    { names: 'text.trimEnd text.trimRight', means: 'strip-end', source: language },
    { names: 'text.toLowerCase text.toLocaleLowerCase', means: 'lower', source: language },
    { names: 'text.toUpperCase text.toLocaleUpperCase', means: 'upper', source: language },
    {
      names: 'text.toString text.valueOf text.normalize',
      means: 'same-emptiness',
      source: language,
    },
    { names: 'text.split', means: 'split', source: language },
    { names: 'text.replace', means: 'replace-first', source: language },
    { names: 'text.replaceAll', means: 'replace', source: language },
    { names: 'text.startsWith', means: 'starts-with', source: language },
    { names: 'text.endsWith', means: 'ends-with', source: language },
    { names: 'text.includes', means: 'includes', source: language },
    { names: 'number.toString number.toFixed boolean.toString', means: 'text', source: language },
    { names: 'text.* number.* boolean.*', means: 'pure', source: language },
    // Lists and records
    { names: 'list.length list.size', means: 'length', property: true, source: language },
    { names: 'list.push list.unshift list.add', means: 'append', source: language },
    { names: 'list.join list.toString', means: 'join', source: language },
    { names: 'list.concat', means: 'concat', source: language },
    { names: 'list.filter', means: 'filter', source: language },
    { names: 'list.map', means: 'map', source: language },
    { names: 'list.flatMap', means: 'flat-map', source: language },
    { names: 'list.some', means: 'some', source: language },
    { names: 'list.every', means: 'every', source: language },
    { names: 'list.find', means: 'find', source: language },
    { names: 'list.forEach', means: 'for-each', source: language },
    { names: 'list.includes list.has', means: 'includes', source: language },
    { names: 'list.toSorted', means: 'sorted', source: language },
    { names: 'list.toReversed', means: 'reversed', source: language },
    { names: 'list.values', means: 'list', source: language },
    { names: 'list.sort list.reverse list.fill list.copyWithin', means: 'reorder', source: language },
    { names: 'list.pop list.shift list.splice list.delete', means: 'shrink', source: language },
    { names: 'list.clear', means: 'clear', source: language },
    { names: 'list.*', means: 'pure', source: language },
    { names: 'record.hasOwnProperty record.toString', means: 'pure', source: language },
    { names: 'function.call', means: 'call', source: language },
    { names: 'function.*', means: 'pure', source: language },
    // Files
    {
      names: 'fs.readFileSync fs.promises.readFile fs.readFile Deno.readTextFile Deno.readTextFileSync',
      means: 'read-file',
      source: `${node}, fs`,
    },
    {
      names:
        'fs.writeFileSync fs.promises.writeFile fs.writeFile Deno.writeTextFile Deno.writeTextFileSync Bun.write',
      means: 'write-file',
      source: `${node}, fs`,
    },
    {
      names: 'fs.appendFileSync fs.promises.appendFile fs.appendFile',
      means: 'append-file',
      source: `${node}, fs`,
    },
    {
      names:
        'fs.existsSync fs.statSync fs.lstatSync fs.readdirSync fs.accessSync fs.realpathSync fs.promises.stat fs.promises.readdir fs.promises.access fs.promises.realpath fs.constants.* fs.createReadStream',
      means: 'pure',
      source: `${node}, fs`,
    },
    { names: 'path.join path.posix.join', means: 'joined-path', source: `${node}, path` },
    {
      names:
        'fs.* fs-extra.* rimraf.* rimraf mkdirp mkdirp.* del io.* tmp.* tmp-promise.* process.chdir process.setMaxListeners Deno.mkdir Deno.remove tar.* adm-zip.* unzipper.* archiver.*',
      means: 'prepares',
      source: 'they make files and the process ready',
    },
    { names: 'io.which', means: 'pure', source: toolkit },
    { names: 'glob.create', means: 'pure', source: toolkit },
    // Commands
    {
      names: 'child_process.execSync',
      means: 'command-output',
      raises: 'Error',
      source: `${node}, child_process: a status that is not 0 throws`,
    },
    {
      names: 'child_process.execFileSync',
      means: 'command-output',
      raises: 'Error',
      source: `${node}, child_process: a status that is not 0 throws`,
    },
    {
      names: 'child_process.exec child_process.execFile',
      means: 'command',
      raises: 'Error',
      source: `${node}, child_process: promisified, a status that is not 0 rejects`,
    },
    {
      names: 'child_process.spawnSync',
      means: 'command-piped',
      gives: 'process',
      source: `${node}, child_process: the status is in the result`,
    },
    {
      names: 'child_process.spawn child_process.fork',
      means: 'command-streamed',
      gives: 'process',
      source: `${node}, child_process`,
    },
    {
      names: 'exec.exec',
      means: 'command',
      raises: 'Error',
      source: `${toolkit}, exec: a status that is not 0 throws without ignoreReturnCode`,
    },
    {
      names: 'exec.getExecOutput',
      means: 'command',
      raises: 'Error',
      gives: 'process',
      source: `${toolkit}, exec`,
    },
    {
      names: 'execa execa.execa execa.$ execa.execaSync execa.execaCommand zx.$ Bun.$ $',
      means: 'command',
      raises: 'Error',
      source: 'a status that is not 0 throws',
    },
    // HTTP
    {
      names: 'fetch undici.fetch undici.request',
      means: 'http',
      gives: 'response',
      source: `${language}, fetch: a refused request is an answer like any other`,
    },
    {
      names: 'http.request https.request http.get https.get',
      means: 'http-callback',
      gives: 'response',
      source: `${node}, http: a refused request is an answer like any other`,
    },
    {
      names:
        'response.on response.once unknown.on unknown.once unknown.addEventListener process.on process.once',
      means: 'listen',
      source: `${node}, events`,
    },
    { names: 'response.ok', means: 'accepted', property: true, source: 'fetch standard' },
    {
      names:
        'response.status response.statusCode RequestError.status AxiosError.status AxiosError.response.status HTTPError.response.status HTTPError.response.statusCode',
      means: 'status-code',
      property: true,
      source:
        'fetch standard; octokit/request-error.js README; Axios documentation, «Handling Errors»; got and ky documentation, HTTPError',
    },
    { names: 'AxiosError.response HTTPError.response', means: 'pure', source: 'as above' },
    { names: 'response.*', means: 'pure', source: 'fetch standard' },
    { names: 'axios.isAxiosError axios.defaults.*', means: 'pure', source: 'axios documentation' },
    {
      names: 'axios axios.*',
      means: 'work',
      raises: 'AxiosError',
      source: 'Axios documentation, «Handling Errors»: a status out of the range of 2xx is an error',
    },
    {
      names: 'got got.* ky ky.*',
      means: 'work',
      raises: 'HTTPError',
      source: 'got and ky documentation, HTTPError',
    },
    { names: 'superagent.*', means: 'work', raises: 'Error', source: 'they throw on an HTTP error' },
    // The forge
    {
      names:
        'github.rest.issues.get github.rest.issues.listComments github.rest.issues.listForRepo github.rest.issues.listLabelsOnIssue github.rest.pulls.get github.rest.pulls.list github.rest.pulls.listFiles github.rest.pulls.listCommits github.rest.pulls.listReviews github.rest.repos.get github.rest.repos.getContent github.rest.repos.getBranch github.rest.repos.getCommit github.rest.repos.listBranches github.rest.repos.listTags github.rest.repos.listReleases github.rest.repos.getLatestRelease github.rest.repos.getReleaseByTag github.rest.repos.compareCommits github.rest.repos.compareCommitsWithBasehead github.rest.repos.listPullRequestsAssociatedWithCommit github.rest.repos.getCollaboratorPermissionLevel github.rest.repos.getCombinedStatusForRef github.rest.actions.listWorkflowRuns github.rest.actions.listJobsForWorkflowRun github.rest.actions.getWorkflowRun github.rest.actions.listWorkflowRunArtifacts github.rest.checks.listForRef github.rest.git.getRef github.rest.users.getAuthenticated github.rest.users.getByUsername github.rest.teams.getMembershipForUserInOrg github.rest.orgs.checkMembershipForUser',
      means: 'prepares',
      gives: 'answer',
      source: `${octokit}: they only ask`,
    },
    {
      names: 'github.rest.* github.request github.graphql github.paginate github.paginate.*',
      means: 'work',
      raises: 'RequestError',
      gives: 'answer',
      source: `${octokit}: a refused request throws`,
    },
    {
      names:
        'actions-github.getOctokit github.getOctokit getOctokit new.octokit.Octokit new.@octokit/rest.Octokit new.@octokit/core.Octokit',
      means: 'make',
      gives: 'octokit',
      source: `${toolkit}, github`,
    },
    { names: 'answer.*', means: 'pure', source: octokit },
    {
      names: 'context.payload.* actions-github.context.payload.*',
      means: 'event',
      property: true,
      source: `${toolkit}, github: the event's payload`,
    },
    ...[
      ['eventName', 'GITHUB_EVENT_NAME'],
      ['sha', 'GITHUB_SHA'],
      ['ref', 'GITHUB_REF'],
      ['workflow', 'GITHUB_WORKFLOW'],
      ['action', 'GITHUB_ACTION'],
      ['actor', 'GITHUB_ACTOR'],
      ['job', 'GITHUB_JOB'],
      ['runNumber', 'GITHUB_RUN_NUMBER'],
      ['runId', 'GITHUB_RUN_ID'],
      ['apiUrl', 'GITHUB_API_URL'],
      ['serverUrl', 'GITHUB_SERVER_URL'],
    ].map(
      ([name, variable = '']): LibraryRow => ({
        names: `context.${name} actions-github.context.${name}`,
        means: 'environment-value',
        property: true,
        gives: variable,
        source: `${toolkit}, github: context.ts`,
      }),
    ),
    ...[
      ['owner', 'repository_owner'],
      ['repo', 'event.repository.name'],
    ].map(
      ([name, field = '']): LibraryRow => ({
        names: `context.repo.${name} actions-github.context.repo.${name}`,
        means: 'event',
        property: true,
        gives: field,
        source: `${toolkit}, github: context.ts, the two halves of GITHUB_REPOSITORY`,
      }),
    ),
    {
      names: 'context.issue.number context.runAttempt',
      means: 'constant',
      property: true,
      source: toolkit,
    },
    {
      names: 'octokit.*',
      means: 'work',
      raises: 'RequestError',
      gives: 'answer',
      source: `${octokit}: a refused request throws`,
    },
    { names: 'github.* context.* actions-github.*', means: 'pure', source: `${toolkit}, github` },
    // What is made without a row of its own: nothing is known of what its members do.
    {
      names: 'new.*',
      means: 'make',
      gives: 'instance',
      source: `${language}: making an object does nothing else`,
    },
    {
      names:
        'Date new.Date new.URL new.URLSearchParams new.Headers new.FormData new.Blob new.TextEncoder new.TextDecoder new.AbortController new.Intl.* new.RegExp',
      means: 'make',
      gives: 'plain',
      source: language,
    },
    { names: 'plain.*', means: 'pure', source: language },
    { names: 'unknown.map unknown.flatMap', means: 'map', source: language },
    { names: 'unknown.filter', means: 'filter', source: language },
    { names: 'unknown.find', means: 'find', source: language },
    { names: 'unknown.some', means: 'some', source: language },
    { names: 'unknown.every', means: 'every', source: language },
    { names: 'unknown.forEach', means: 'for-each', source: language },
    // Members of whatever is not known: they only ask or compute.
    {
      names:
        'unknown.toString unknown.trim unknown.split unknown.join unknown.findIndex unknown.includes unknown.indexOf unknown.startsWith unknown.endsWith unknown.replace unknown.replaceAll unknown.slice unknown.substring unknown.match unknown.matchAll unknown.test unknown.exec unknown.push unknown.pop unknown.shift unknown.unshift unknown.sort unknown.reverse unknown.concat unknown.keys unknown.values unknown.entries unknown.has unknown.get unknown.set unknown.add unknown.reduce unknown.flat unknown.at unknown.toLowerCase unknown.toUpperCase unknown.toISOString unknown.getTime unknown.getFullYear unknown.toFixed unknown.padStart unknown.padEnd unknown.json unknown.text unknown.arrayBuffer unknown.hasOwnProperty unknown.localeCompare unknown.digest unknown.update unknown.append unknown.charAt unknown.codePointAt unknown.splice unknown.lastIndexOf unknown.format unknown.diff unknown.toLocaleString unknown.toLocaleDateString unknown.getDate unknown.getMonth unknown.getDay unknown.getHours unknown.valueOf unknown.setHeader unknown.parse unknown.stringify unknown.bind unknown.delete unknown.clear unknown.size',
      means: 'pure',
      source: 'methods of texts, lists, records, dates and the like',
    },
  ],
  errors: [
    'Error Exception BaseException',
    'RequestError Error Exception BaseException',
    'AxiosError Error Exception BaseException',
    'HTTPError Error Exception BaseException',
    'TypeError Error Exception BaseException',
    'RangeError Error Exception BaseException',
    'SyntaxError Error Exception BaseException',
    'ReferenceError Error Exception BaseException',
  ],
};
