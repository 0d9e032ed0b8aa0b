import type { Hole } from '../../src/analyse/analyse.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import {
  FORK_TEST,
  neverRuns,
  orOptional,
  runsOnPullRequests,
  type ScriptLanguage,
  scriptLanguage,
  secretsOf,
  stepTitle,
} from '../../src/lint/words.js';

const messages = {
  exitsZero: (hole: Hole): Message => ({
    message: `${stepTitle(hole.step)} passes without ${secretsOf(hole)}: ${neverRuns(hole)}`,
    help: `${help(hole)}${orOptional(hole)}`,
  }),
};

/** How a script of each language tells of an error and ends with 1, and how it does so for all but pull requests of forks. */
const failing: Readonly<
  Record<ScriptLanguage, { fail(told: string): string; unlessFork(fails: string): string }>
> = {
  shell: {
    fail: (told) => `echo "${told}"; exit 1`,
    unlessFork: (fails) => `if [ "$FORK_PR" != true ]; then ${fails}; fi`,
  },
  powershell: {
    fail: (told) => `Write-Host "${told}"; exit 1`,
    unlessFork: (fails) => `if ($env:FORK_PR -ne 'true') { ${fails} }`,
  },
  javascript: {
    fail: (told) => `console.log("${told}"); process.exit(1);`,
    unlessFork: (fails) => `if (process.env.FORK_PR !== 'true') { ${fails} }`,
  },
  python: {
    fail: (told) => `print("${told}"); sys.exit(1)`,
    unlessFork: (fails) => `if os.environ.get("FORK_PR") != "true": ${fails}`,
  },
};

function help(hole: Hole): string {
  const [secret = 'the secret'] = hole.secrets;
  const { fail, unlessFork } = failing[scriptLanguage(hole)];
  const fails = fail(`::error::${secret} is missing: provision it in the repository's secrets`);
  if (!runsOnPullRequests(hole)) return `fail where the secret is due:\n${fails}`;
  return `fail where the secret is due, keep the soft path for fork pull requests only:\n${unlessFork(fails)}\nwith, in the step's env:  FORK_PR: \${{ ${FORK_TEST} }}`;
}

export const rule = defineRule({
  meta: {
    id: 'missing-secret-exits-zero',
    severity: 'error',
    summary: 'A script that ends with status 0 when a secret is missing, its work undone.',
  },
  messages,
  check({ holes, report, fix }) {
    for (const hole of holes('exits-zero'))
      report({ messageId: 'exitsZero', data: hole, about: hole, fix: fix.hole(hole) });
  },
});
