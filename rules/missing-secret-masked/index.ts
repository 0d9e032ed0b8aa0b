import type { Hole } from '../../src/analyse/analyse.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { notDone, secretsOf, stepTitle } from '../../src/lint/words.js';

const messages = {
  masked: (hole: Hole): Message => ({
    message: `${stepTitle(hole.step)} fails without ${secretsOf(hole)}, and nobody sees it: ${notDone(hole)} and the job is green`,
    help: help(hole),
  }),
};

function help(hole: Hole): string {
  switch (hole.by) {
    case 'continue-on-error':
      return 'drop continue-on-error, or let a later step test steps.<id>.outcome and fail';
    case '|':
      return 'set -o pipefail, or shell: bash, so that the failure on the left of the pipe counts';
    case '||':
      return 'drop what follows ||, or end it with exit 1';
    case 'curl':
      return 'curl --fail-with-body ends with a status that is not 0 when the server refuses';
    case 'the next program':
    case '$LASTEXITCODE':
    case 'exit 0':
    case 'return':
      return 'if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE } after the program, or $PSNativeCommandUseErrorActionPreference = $true in front of it';
    case '-ErrorAction':
    case '$ErrorActionPreference':
      return `drop ${hole.by}, so that the error ends the script`;
    case 'catch':
      return 'let the handler throw the error again, or end with a status that is not 0';
    default:
      return 'let the failure end the step with a status that is not 0';
  }
}

export const rule = defineRule({
  meta: {
    id: 'missing-secret-masked',
    severity: 'warning',
    summary: 'The failure that a missing secret causes is swallowed.',
  },
  messages,
  check({ holes, report, fix }) {
    for (const hole of holes('masked'))
      report({ messageId: 'masked', data: hole, about: hole, fix: fix.hole(hole) });
  },
});
