import { positionAt, type Span } from '../text/source.js';
import type { Directive, FaultyDirective } from './directives.js';
import type { Finding, Suppressed } from './finding.js';

/** A finding, and where else than at its own place a directive may speak of it. */
export interface Sighting {
  readonly finding: Finding;
  /** The heads of its step or job: a directive on the line where one begins, or above, speaks of it too. */
  readonly heads: readonly Span[];
}

/** Takes out what directives ignore. `used`: the rules for which each directive ignored something. */
export function withoutIgnored(
  sightings: readonly Sighting[],
  directives: readonly Directive[],
): { open: Sighting[]; suppressed: Suppressed[]; used: ReadonlyMap<Directive, ReadonlySet<string>> } {
  const byLine = new Map<string, Directive[]>();
  for (const directive of directives) {
    const key = lineKey(directive.span.source.path, directive.line);
    const others = byLine.get(key);
    if (others) others.push(directive);
    else byLine.set(key, [directive]);
  }
  const used = new Map<Directive, Set<string>>();
  const open: Sighting[] = [];
  const suppressed: Suppressed[] = [];
  for (const sighting of sightings) {
    const { finding } = sighting;
    const speaking = [...linesOf(sighting)]
      .flatMap((line) => byLine.get(line) ?? [])
      .filter(({ rules }) => rules.includes(finding.rule));
    for (const directive of speaking) {
      const rules = used.get(directive);
      if (rules) rules.add(finding.rule);
      else used.set(directive, new Set([finding.rule]));
    }
    const [first] = speaking;
    if (first) suppressed.push({ finding, by: 'directive', reason: first.reason, until: first.until });
    else open.push(sighting);
  }
  return { open, suppressed, used };
}

/** The directives that ignored nothing for some rule of theirs, of the rules that ran there. Paths are as shown. */
export function unusedDirectives(
  directives: readonly Directive[],
  used: ReadonlyMap<Directive, ReadonlySet<string>>,
  ran: (rule: string, path: string) => boolean,
): FaultyDirective[] {
  return directives.flatMap((directive) => {
    const { path } = directive.span.source;
    const rules = directive.rules.filter((rule) => ran(rule, path) && !used.get(directive)?.has(rule));
    return rules.length === 0 ? [] : [{ span: directive.span, problem: { kind: 'unused', rules } as const }];
  });
}

/** The first and the last line of the finding, and those of its heads. */
function linesOf({ finding, heads }: Sighting): Set<string> {
  const { source, start, end } = finding.span;
  const lines = new Set<string>();
  for (const offset of [start, Math.max(start, end - 1)]) {
    lines.add(lineKey(source.path, positionAt(source, offset).line));
  }
  for (const head of heads) {
    lines.add(lineKey(head.source.path, positionAt(head.source, head.start).line));
  }
  return lines;
}

function lineKey(path: string, line: number): string {
  return `${line} ${path}`;
}
