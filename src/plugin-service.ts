import { pathFromTop } from './discover/paths.js';
import { repositoriesOf } from './discover/repository.js';
import type { FileHost } from './host.js';
import type { LintResult } from './lint/finding.js';
import { lintWithLanguages } from './lint/languages.js';
import type { LintInput, LintOptions } from './lint/lint.js';
import { fullId, type LoadedPlugin, readPlugin } from './lint/plugin.js';
import type { RuleMeta } from './lint/rule.js';
import { faultText } from './text/fault.js';

// What is said between the run and the thread of its plugins, and what the thread does. It judges the files as well as the
// plugins: what a rule may ask are functions and trees, which no message can carry.

/** Where a plugin comes from. */
export interface PluginSpecifier {
  /** As the configuration has it: a path relative to its folder, or the name of a package. */
  readonly from: string;
  /** The absolute path of the configuration. */
  readonly config: string;
}

/** The options that a message can carry. */
export type SentOptions = Omit<LintOptions, 'plugins' | 'watch' | 'pathInRepository' | 'enter'>;

export type ToThread =
  | { readonly ask: 'load'; readonly plugin: PluginSpecifier }
  | {
      readonly ask: 'lint';
      readonly inputs: readonly Omit<LintInput, 'repository'>[];
      readonly options: SentOptions;
      /** The top of the repository: an absolute path. */
      readonly top: string;
    };

/** Which rule is asked about which file. */
export interface Running {
  readonly rule: string;
  readonly file: string;
}

export type FromThread =
  /** From now on code of others is being loaded. */
  | { readonly say: 'loading' }
  | { readonly say: 'loaded'; readonly name: string; readonly metas: readonly RuleMeta[] }
  /** `reason` completes "the plugin …". */
  | { readonly say: 'refused'; readonly reason: string }
  | { readonly say: 'running'; readonly running: Running | null }
  | { readonly say: 'judged'; readonly result: LintResult }
  | { readonly say: 'failed'; readonly reason: string };

/** What the thread needs of its surroundings. */
export interface ServiceParts {
  readonly host: FileHost;
  /** The module that a specifier means in a file of that absolute path. */
  importModule(specifier: string, from: string): Promise<unknown>;
  send(message: FromThread): void;
}

/** Answers what the run asks, one question after the other. */
export function pluginService({
  host,
  importModule,
  send,
}: ServiceParts): (message: ToThread) => Promise<void> {
  const plugins: LoadedPlugin[] = [];

  async function load({ from, config }: PluginSpecifier): Promise<FromThread> {
    let module: unknown;
    send({ say: 'loading' });
    try {
      module = await importModule(from, config);
      // A promise that it leaves rejected ends the thread now, while it is known whose it is.
      await new Promise((resolve) => setImmediate(resolve));
    } catch (fault) {
      return { say: 'refused', reason: `cannot be loaded: ${faultText(fault)}` };
    }
    const read = readPlugin(defaultOf(module));
    if (!read.ok) return { say: 'refused', reason: read.reason };
    const { plugin } = read;
    const twin = plugins.find(({ name }) => name === plugin.name);
    if (twin) return { say: 'refused', reason: `calls itself ${plugin.name}, as ${twin.from} does` };
    plugins.push({ from, ...plugin });
    const metas = plugin.rules.map((rule) => ({ ...rule.meta, id: fullId(plugin, rule) }));
    // Data and nothing else: a function in it could not be sent.
    return { say: 'loaded', name: plugin.name, metas: JSON.parse(JSON.stringify(metas)) };
  }

  async function lint({ inputs, options, top }: ToThread & { ask: 'lint' }): Promise<FromThread> {
    try {
      const result = await lintWithLanguages(repositoriesOf(host, inputs), {
        ...options,
        plugins,
        pathInRepository: (path) => pathFromTop(host, top, path),
        watch: {
          enter: (rule, file) => send({ say: 'running', running: { rule, file } }),
          leave: () => send({ say: 'running', running: null }),
        },
      });
      // A promise that a rule leaves rejected ends the thread now, before a result that lacks its findings is sent.
      await new Promise((resolve) => setImmediate(resolve));
      return { say: 'judged', result };
    } catch (fault) {
      return {
        say: 'failed',
        reason: fault instanceof Error ? (fault.stack ?? faultText(fault)) : faultText(fault),
      };
    }
  }

  return async (message) => send(message.ask === 'load' ? await load(message.plugin) : await lint(message));
}

function defaultOf(module: unknown): unknown {
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
}
