import type { BaselineCommand } from './command.js';
import { baselineName, baselineText, dueReason, prunedText, readBaseline } from './config/baseline-file.js';
import { absolutePath, pathFromTop, shownPath } from './discover/paths.js';
import { UsageError } from './errors.js';
import type { RunFacts } from './exit.js';
import type { Host } from './host.js';
import { judge, setUp } from './judging.js';
import type { BaselineEntry } from './lint/baseline.js';
import { type Finding, type InputError, isIncomplete } from './lint/finding.js';
import { isPluginRule } from './lint/plugin.js';
import { isReason } from './lint/reason.js';
import { notify } from './notice.js';
import { visible } from './report/text.js';

/**
 * Writes the baseline anew: with all findings that there are, or without the entries whose findings are gone. Never on
 * a CI machine, and never from a run that is incomplete. Throws a UsageError or a ConfigError.
 */
export async function keepBaseline(command: BaselineCommand, host: Host): Promise<RunFacts> {
  const { action, choices } = command;
  if (host.inCI) {
    throw new UsageError(
      `hardfail baseline ${action} does nothing in CI (the variable CI is set)`,
      'a baseline is what people have looked at: run it yourself, and commit the file',
    );
  }
  if (command.reason !== null && !isReason(command.reason)) {
    throw new UsageError(`--reason is '${command.reason}', which is none`, 'say why the findings may stay');
  }
  const setup = await setUp(choices, host);
  const path = command.file === null ? `${setup.top}/${baselineName}` : absolutePath(host, command.file);
  const before = await readBaseline(host, path, command.file === null ? setup.top : null);
  const shown = shownPath(host, path);
  if (before === null && action === 'prune') {
    throw new UsageError(`there is no baseline ${shown}`, 'hardfail baseline write makes one');
  }
  const entries = before ?? [];
  // Every finding that nothing else accepts is one that the baseline would have to.
  const result = await judge(
    { paths: [], stdinFilename: null, ignores: true, choices, setup, baseline: null },
    host,
  );
  if (isIncomplete(result)) {
    await explainErrors(result.errors, `${shown} is not written, because the run is incomplete`, host);
    return { outcome: 'broken' };
  }
  const unignorable = new Set(setup.rules.filter((rule) => rule.unignorable).map(({ id }) => id));
  const findings = result.findings.filter(({ rule }) => !unignorable.has(rule));
  const open = new Set(findings.map(({ fingerprint }) => fingerprint));
  // What a plugin that is left out would find is not known, so that its entries stay.
  const isUnknown = (rule: string) => setup.absent.length > 0 && isPluginRule(rule);
  const kept = entries.filter(({ fingerprint, rule }) => open.has(fingerprint) || isUnknown(rule));
  const text =
    action === 'prune'
      ? prunedText(kept)
      : baselineText(findings, kept, { reason: command.reason ?? dueReason, since: host.today }, (found) =>
          pathFromTop(host, setup.top, found),
        );
  const written = host.replaceFile(path, text);
  if (!written.ok) throw new UsageError(`${shown}: ${written.reason}`, 'name another file with --baseline');
  const accepted = action === 'prune' ? kept.length : findings.length;
  const counts = [
    `${accepted} accepted`,
    `${accepted - kept.length} of them new`,
    `${entries.length - kept.length} gone`,
  ];
  host.writeOut(`${visible(shown)}: ${counts.join(', ')}\n`);
  const due = action === 'prune' || command.reason !== null ? 0 : reasonless(findings, kept);
  if (due > 0)
    host.writeOut(`  help: ${due} have the reason ${dueReason}, and count until they have a real one\n`);
  return { outcome: 'answered' };
}

function reasonless(findings: readonly Finding[], kept: readonly BaselineEntry[]): number {
  const reasoned = kept.filter(({ reason }) => isReason(reason));
  return findings.length - reasoned.length;
}

async function explainErrors(errors: readonly InputError[], effect: string, host: Host): Promise<void> {
  const { renderProblems } = await import('./report/pretty.js');
  const problems = errors.map(({ file, span, message }) => ({
    message: span ? message : `${file}: ${message}`,
    hint: '',
    span,
  }));
  if (problems.length > 0) {
    host.writeErr(renderProblems(problems, effect, { color: false, columns: host.columns }));
  }
  await notify(host, effect);
}
