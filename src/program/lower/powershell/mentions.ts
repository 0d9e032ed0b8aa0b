import type { PsScript } from '../../../parse/powershell.js';

/** Does the script ask how a program has ended: by `$LASTEXITCODE`, `$?`, `&&` or `||`? */
export function asksForOutcome(script: PsScript): boolean {
  const waiting: unknown[] = [script];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (Array.isArray(next)) waiting.push(...next);
    else if (typeof next === 'object' && next !== null) {
      if (isQuestion(next)) return true;
      waiting.push(...Object.values(next));
    }
  }
  return false;
}

function isQuestion(node: object): boolean {
  if (!('kind' in node)) return false;
  if (node.kind === 'chain') return true;
  return node.kind === 'variable' && 'name' in node && (node.name === 'lastexitcode' || node.name === '?');
}
