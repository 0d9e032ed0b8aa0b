import { NotLoaded } from '../program/lower/languages.js';
import { faultText } from '../text/fault.js';
import type { Repository } from '../text/repository.js';
import type { Source } from '../text/source.js';
import type { Judgeable } from './callers.js';
import type { InputError, RuleNotJudged } from './finding.js';
import type { Sighting } from './ignoring.js';
import type { RuleOptions } from './options.js';
import type { Judged } from './places.js';
import { findingOf, headsOf } from './reported.js';
import { RuleFault, reportsOf } from './reporting.js';
import type { Rule, RuleContext, RuleMeta } from './rule.js';

/** Watches over the code of others. */
export interface Watch {
  enter(rule: string, file: string): void;
  leave(): void;
}

/** What every rule may ask of a file. */
export type Questions = Omit<RuleContext, 'options' | 'notJudged'>;

/** How the rules are asked. */
export interface Asking {
  optionsOf(rule: RuleMeta): RuleOptions;
  /** What the configuration calls the plugin that a rule comes from; null for a rule of hardfail. */
  authorOf(rule: RuleMeta): string | null;
  readonly watch: Watch | null;
  /** Whether the rules are to say what may mend their findings. */
  readonly fixes: boolean;
  /** The texts that may be reported on. */
  readonly sources: Set<Source>;
}

/** The texts of a run: the files, the scripts that they call, and what the answers about them point at. */
export function sourcesOf(files: readonly Judgeable[], judged: readonly Judged[]): Set<Source> {
  const sources = new Set(files.map(({ model }) => model.source));
  for (const { scripts, holes, guards, forkGuards } of judged) {
    for (const script of scripts) sources.add(script);
    for (const { span, witness } of [...holes, ...guards, ...forkGuards]) {
      sources.add(span.source);
      for (const step of witness) sources.add(step.span.source);
    }
  }
  return sources;
}

/** The files of a repository; those that are read are texts of the run from then on, which findings may point at. */
export function noting(repository: Repository, sources: Set<Source>): Repository {
  return {
    files: () => repository.files(),
    refusal: (path) => repository.refusal(path),
    read(path) {
      const source = repository.read(path);
      if (source) sources.add(source);
      return source;
    },
  };
}

/** What the rules say of one file. */
export function apply(
  rules: readonly Rule[],
  source: Source,
  questions: Questions,
  { optionsOf, sources, authorOf, watch }: Asking,
): { sightings: Sighting[]; errors: InputError[]; unjudged: RuleNotJudged[] } {
  const sightings: Sighting[] = [];
  const errors: InputError[] = [];
  const unjudged: RuleNotJudged[] = [];
  for (const rule of rules) {
    const author = authorOf(rule.meta);
    try {
      if (author !== null) watch?.enter(rule.meta.id, source.path);
      const notJudged = (reason: string): void => {
        if (typeof reason !== 'string' || reason.trim() === '')
          throw new RuleFault('notJudged() takes a reason, which is a text');
        unjudged.push({ rule: rule.meta.id, reason });
      };
      const context = { ...questions, options: optionsOf(rule.meta), notJudged };
      for (const report of reportsOf(rule, context, sources)) {
        sightings.push({ finding: findingOf(rule.meta, report), heads: headsOf(report.about) });
      }
    } catch (fault) {
      if (fault instanceof NotLoaded) throw fault;
      errors.push(faultIn(source, `rule ${rule.meta.id}`, fault, author));
    } finally {
      if (author !== null) watch?.leave();
    }
  }
  return { sightings, errors, unjudged };
}

/** What a fault while judging a file becomes: the run is incomplete, and says where, and whose fault it is. */
export function faultIn(
  source: Source,
  what: string,
  fault: unknown,
  author: string | null = null,
): InputError {
  const whose = author === null ? 'a bug in hardfail' : `a fault of the plugin ${author}`;
  return {
    file: source.path,
    span: null,
    message: `${what} failed on this file, which is ${whose}: ${faultText(fault)}`,
  };
}
