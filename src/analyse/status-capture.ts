import { curlBehaviour } from '../facts/commands.js';
import type { Dialect } from '../forge/dialects.js';
import type { Action, Workflow } from '../model/model.js';
import type { Block, Call, Node, Redirect, Word } from '../program/program.js';
import { type Ancestor, fixedText, walkShell } from '../program/walk.js';
import { spanOf } from '../text/script.js';
import { type Answer, answerAt } from './answer.js';
import { canName, type ShellScript, shellScripts } from './shell-scripts.js';

/** `$(curl -w '%{http_code}' … || echo 000)`: curl has printed a status already when the fallback prints another. */
export interface StatusCapture extends Answer {
  /** What the fallback prints, where that is known. */
  readonly fallback: string | null;
  /** True where curl fails for a refusal too, so that the fallback follows its status. */
  readonly fails: boolean;
  /** True where the script asks for the fallback, which the capture can never be. */
  readonly asked: boolean;
}

/** The places where two statuses are captured as one text. */
export function statusCaptures(file: Workflow | Action, dialect: Dialect): StatusCapture[] {
  return shellScripts(file, dialect, (text) => canName('curl', text)).flatMap((script) =>
    capturesIn(script, dialect),
  );
}

function capturesIn(script: ShellScript, dialect: Dialect): StatusCapture[] {
  const { body } = script.program;
  const { captured, compared, pipefail: set } = surveyOf(body);
  const pipefail = script.shell.pipefail || set;
  const found: StatusCapture[] = [];
  walkShell(body, (node, ancestors) => {
    if (node.kind !== 'or' || !isCaptured(ancestors, captured)) return;
    const call = printsStatus(node.left, pipefail);
    const fallback = printed(node.right);
    if (!call || fallback === undefined) return;
    const answer = answerAt(
      dialect.forge,
      spanOf(node.operatorAt),
      'printed after the status of curl',
      script,
    );
    const witness = [
      {
        span: spanOf(call.words[0]?.at ?? call.at),
        text: 'prints a status even where it fails: 000 without an answer',
      },
      ...answer.witness,
    ];
    const asked = fallback !== null && compared.has(fallback);
    found.push({ ...answer, witness, fallback, fails: fails(call), asked });
  });
  return found;
}

function fails(call: Call): boolean {
  return curlBehaviour(call.words.slice(1).map(fixedText)).fails === true;
}

/** What the captures of a script hang on elsewhere in it. */
interface Survey {
  /** The functions that are called in a substitution. */
  readonly captured: ReadonlySet<string>;
  /** The texts that something is compared with. */
  readonly compared: ReadonlySet<string>;
  readonly pipefail: boolean;
}

function surveyOf(body: Block): Survey {
  const captured = new Set<string>();
  const compared = new Set<string>();
  let pipefail = false;
  const compare = (word: Word | undefined) => {
    const text = fixedText(word);
    if (text !== null) compared.add(text);
  };
  walkShell(body, (node, ancestors) => {
    if (node.kind === 'match') for (const { patterns } of node.arms) patterns.forEach(compare);
    if (node.kind === 'test' && node.condition.kind === 'binary') {
      compare(node.condition.left);
      compare(node.condition.right);
    }
    if (node.kind !== 'call') return;
    const name = fixedText(node.words[0]);
    if (name === null) return;
    if (name === '[' || name === 'test') node.words.forEach(compare);
    if (name === 'set' && node.words.some((word) => fixedText(word) === 'pipefail')) pipefail = true;
    if (ancestors.some(({ kind }) => kind === 'command')) captured.add(name);
  });
  return { captured, compared, pipefail };
}

/** Is its output caught by a substitution, and by nothing before that? */
function isCaptured(ancestors: readonly Ancestor[], captured: ReadonlySet<string>): boolean {
  for (const around of ancestors.toReversed()) {
    switch (around.kind) {
      case 'command':
        return true;
      case 'define':
        return captured.has(around.name);
      case 'sequence':
      case 'subshell':
      case 'and':
      case 'or':
      case 'not':
      case 'branch':
      case 'for':
      case 'while':
        continue;
      default:
        // A pipe, a redirection or a command of its own takes what is printed.
        return false;
    }
  }
  return false;
}

/** The call of curl whose status goes to where the output of the node goes, and whose failure is that of the node. */
function printsStatus(node: Node, pipefail: boolean): Call | null {
  switch (node.kind) {
    case 'call': {
      if (fixedText(node.words[0]) !== 'curl' || writesElsewhere(node.redirects)) return null;
      const args = node.words.slice(1).map(fixedText);
      const format =
        args[args.findIndex((arg) => arg !== null && /^(-[a-zA-Z]*w|--write-out)$/.test(arg)) + 1];
      const { writesStatus, output } = curlBehaviour(args);
      const known = format?.includes('%{http_code}') || format?.includes('%{response_code}');
      return writesStatus && known && output !== 'stdout' ? node : null;
    }
    case 'pipeline': {
      if (!pipefail) return null;
      const [first] = node.stages;
      return first ? printsStatus(first, pipefail) : null;
    }
    case 'and':
      return printsStatus(node.right, pipefail);
    case 'sequence': {
      const last = node.body.at(-1);
      return last ? printsStatus(last, pipefail) : null;
    }
    default:
      return null;
  }
}

function writesElsewhere(redirects: readonly Redirect[]): boolean {
  return redirects.some(({ descriptor, operator }) => descriptor === 1 && operator !== '<');
}

/** What the node prints: null where its text is not known; undefined where it prints nothing. */
function printed(node: Node): string | null | undefined {
  if (node.kind === 'sequence') {
    const texts = node.body.map(printed);
    return texts.find((text) => text !== undefined);
  }
  if (node.kind === 'and' || node.kind === 'or') return printed(node.left) ?? printed(node.right);
  if (node.kind !== 'call' || writesElsewhere(node.redirects)) return undefined;
  const [head, ...args] = node.words.map(fixedText);
  if (head !== 'echo' && head !== 'printf') return undefined;
  if (args.length === 0 || args.every((arg) => arg === '')) return undefined;
  return args.length === 1 ? (args[0] ?? null) : null;
}
