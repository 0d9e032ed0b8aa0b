import { commandTypo, parseCommand } from './args.js';
import type { Cache, Verdict } from './caching.js';
import { wantsColor } from './color.js';
import type { Command, ExplainCommand, LintCommand, ListFormat, RulesCommand } from './command.js';
import { folderInRepository } from './discover/paths.js';
import { ConfigError, InputError, UsageError } from './errors.js';
import { type ExitStatus, exitStatus, type RunFacts } from './exit.js';
import { helpText } from './help.js';
import type { Host } from './host.js';
import { baselineFor, type Judging, judge, loadRules, type Setup, setUp } from './judging.js';
import type { RuleMeta } from './lint/rule.js';
import { notify } from './notice.js';
import { formats, showsFixes } from './report/index.js';
import type { RenderOptions, RuleDoc } from './report/options.js';
import { newStopwatch, renderTimes, type Stopwatch } from './timing.js';
import { version } from './version.js';

/**
 * Runs hardfail once, writes to the host's streams, and returns the exit status. Never throws. Each command
 * loads what it needs, because most of a short run's time goes into loading.
 */
export async function run(args: readonly string[], host: Host): Promise<ExitStatus> {
  try {
    return exitStatus(await execute(parseCommand(args), host));
  } catch (error) {
    return exitStatus(await failed(error, host));
  }
}

async function execute(command: Command, host: Host): Promise<RunFacts> {
  switch (command.name) {
    case 'help':
      host.writeOut(helpText(command.all));
      return { outcome: 'answered' };
    case 'version':
      host.writeOut(`hardfail ${version}\n`);
      return { outcome: 'answered' };
    case 'rules':
      return listRules(command, host);
    case 'explain':
      host.writeOut(await explanation(command, host));
      return { outcome: 'answered' };
    case 'completion': {
      const { completionScript } = await import('./completion.js');
      host.writeOut(
        completionScript(
          command.shell,
          (await loadRules()).map((rule) => rule.id),
        ),
      );
      return { outcome: 'answered' };
    }
    case 'init': {
      const { initialise } = await import('./init.js');
      initialise(command.write, host);
      return { outcome: 'answered' };
    }
    case 'print-config': {
      const { configShown } = await import('./print-config.js');
      host.writeOut(json(await configShown(command, host)));
      return { outcome: 'answered' };
    }
    case 'baseline': {
      const { keepBaseline } = await import('./baseline-command.js');
      return keepBaseline(command, host);
    }
    case 'audit': {
      const { auditRepositories } = await import('./audit-command.js');
      return auditRepositories(command, host);
    }
    case 'merge': {
      const { mergeAudits } = await import('./audit-command.js');
      return mergeAudits(command, host);
    }
    case 'replay': {
      const { replayFindings } = await import('./replay-command.js');
      return replayFindings(command, host);
    }
    case 'lint':
      return lintPaths(command, host);
  }
}

async function lintPaths(command: LintCommand, host: Host): Promise<RunFacts> {
  const watch = newStopwatch(() => host.now());
  watch.enter('configure');
  refuseMistypedCommand(command.paths, host);
  const fixes = [command, ...command.outputs].some(({ format }) => showsFixes(format));
  const cache = command.cache ? await (await import('./caching.js')).openCache(command, fixes, host) : null;
  const recalled = (await cache?.recall()) ?? null;
  const { checkOutputs, inFiles, writeOutputs } = await import('./output.js');
  if (recalled) checkOutputs(command.outputs, recalled.inputs, host);
  const run = recalled
    ? { ...recalled, setup: null, written: true }
    : await judgeNow(command, { fixes, watch, cache }, host);
  const { result, failOn } = run;
  watch.enter('report');
  const options = await renderOptions(command, run, host);
  const reported = await writeOutputs(
    command.outputs,
    async (format) => (await formats[format]())(result, { ...options, ...inFiles }),
    host,
  );
  if (!command.fix?.preview) {
    const render = await formats[command.format]();
    host.writeOut(render(result, options));
  }
  if (command.timing) host.writeErr(renderTimes(watch.times()));
  return { outcome: 'linted', result, failOn, written: reported && run.written };
}

/** A run of the rules, or the verdict of an earlier one. */
interface Run extends Pick<Verdict, 'result' | 'failOn'> {
  /** null where it was recalled and nothing has been set up. */
  readonly setup: Setup | null;
  /** Whether what was to be mended could be written. */
  readonly written: boolean;
}

async function judgeNow(
  command: LintCommand,
  { fixes, watch, cache }: { fixes: boolean; watch: Stopwatch; cache: Cache | null },
  asked: Host,
): Promise<Run> {
  const host = cache?.host ?? asked;
  const setup = await setUp(command.choices, host);
  const baseline = command.ignores ? await baselineFor(command.baseline, setup.top, host) : null;
  const { checkOutputs } = await import('./output.js');
  let inputs: readonly string[] = [];
  const judging: Judging = {
    ...command,
    setup,
    baseline,
    enter: watch.enter,
    fixes,
    beforehand(found) {
      inputs = found;
      checkOutputs(command.outputs, found, host);
    },
  };
  const fixed = command.fix && (await (await import('./fixing.js')).judgeFixing(command.fix, judging, host));
  const result = fixed?.result ?? (await judge(judging, host));
  const { failOn } = setup;
  await cache?.keep({ result, failOn, inputs });
  return { result, failOn, setup, written: fixed?.written ?? true };
}

async function renderOptions(
  command: LintCommand,
  { failOn, setup }: Run,
  host: Host,
): Promise<RenderOptions> {
  const describesRules = [command, ...command.outputs].some(({ format }) => format === 'sarif');
  return {
    color: wantsColor(command.color, host.env, host.isTTY),
    columns: host.columns,
    failOn,
    showSuppressed: command.showSuppressed,
    toolVersion: version,
    folder: folderInRepository(host),
    rules: describesRules
      ? await ruleDocs(command.choices.rules, setup ?? (await setUp(command.choices, host)), host)
      : [],
  };
}

/** The rules that ran, with their pages. */
async function ruleDocs(
  ids: readonly string[] | null,
  { rules, config }: Setup,
  host: Host,
): Promise<RuleDoc[]> {
  const { mayRun } = await import('./lint/settings.js');
  const ran = rules.filter((rule) => ids?.includes(rule.id) ?? mayRun(config.settings, rule));
  return ran.map((rule) => {
    const page = host.readShipped(pageOf(rule.id));
    return { ...rule, page: page.ok ? page.value : null };
  });
}

/** `hardfail explian x` means a command, as long as there is no file of that name. */
function refuseMistypedCommand(paths: readonly string[], host: Host): void {
  const word = paths[0];
  const meant = word === undefined ? null : commandTypo(word);
  if (!word || !meant || host.stat(`${host.cwd}/${word}`).ok) return;
  throw new UsageError(`'${word}' is neither a command nor a file`, `did you mean hardfail ${meant}?`);
}

/** Lists the rules, those of plugins among them. A plugin that cannot be loaded is told, and that the list lacks its rules. */
async function listRules({ choices, format }: RulesCommand, host: Host): Promise<RunFacts> {
  const { rules, plugins } = await setUp(choices, host);
  host.writeOut(ruleList(rules, format));
  const faults = plugins?.faults ?? [];
  if (faults.length === 0) return { outcome: 'answered' };
  const { renderProblems } = await import('./report/pretty.js');
  const problems = faults.map(({ message, span }) => ({ message, span, hint: '' }));
  const { columns } = host;
  host.writeErr(renderProblems(problems, 'rules are missing from the list', { color: false, columns }));
  return { outcome: 'broken' };
}

function ruleList(metas: readonly RuleMeta[], format: ListFormat): string {
  const rules = metas.map(({ id, severity, preset, summary }) => ({
    id,
    severity,
    preset: preset ?? 'recommended',
    summary,
  }));
  if (format === 'json') return json({ version: 1, rules });
  const idWidth = Math.max(0, ...rules.map((rule) => rule.id.length));
  return rules
    .map(({ id, severity, preset, summary }) => {
      const note = preset === 'strict' ? ' (preset strict)' : '';
      return `${id.padEnd(idWidth)}  ${severity.padEnd('warning'.length)}  ${summary}${note}\n`;
    })
    .join('');
}

/** The page of a rule, or for a rule of a plugin what that says of it. */
async function explanation(command: ExplainCommand, host: Host): Promise<string> {
  const { rule: id, format } = command;
  const builtIn = await loadRules();
  // What a page says does not depend on the configuration, which may be broken.
  const choices = { ...command.choices, rules: [id] };
  const rules = builtIn.some((rule) => rule.id === id) ? builtIn : (await setUp(choices, host)).rules;
  const rule = rules.find((candidate) => candidate.id === id);
  if (!rule) throw new UsageError(`unknown rule '${id}'`, 'its plugin is not loaded: hardfail says why');
  if (!builtIn.includes(rule)) {
    const { pageOfPlugin } = await import('./plugin-page.js');
    return format === 'pretty'
      ? pageOfPlugin(rule)
      : json({ version: 1, ...rule, readme: pageOfPlugin(rule) });
  }
  const path = pageOf(id);
  const readme = host.readShipped(path);
  if (!readme.ok)
    throw new InputError(`${path}: ${readme.reason}`, 'install hardfail again: a file of it is missing');
  return format === 'pretty' ? readme.value : json({ version: 1, ...rule, readme: readme.value });
}

/** Where the page of a rule lies in the package. */
function pageOf(rule: string): string {
  return `rules/${rule}/README.md`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function failed(error: unknown, host: Host): Promise<RunFacts> {
  if (error instanceof ConfigError) {
    const { renderProblems } = await import('./report/pretty.js');
    const { columns } = host;
    host.writeErr(renderProblems(error.problems, 'nothing was linted', { color: false, columns }));
    return { outcome: 'refused' };
  }
  if (error instanceof UsageError || error instanceof InputError) {
    await notify(host, error.message, `  help: ${error.hint}`);
    return { outcome: error.kind === 'input' ? 'broken' : 'refused' };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await notify(host, 'this is a fault of hardfail, please report it', ...stack.split('\n'));
  return { outcome: 'broken' };
}
