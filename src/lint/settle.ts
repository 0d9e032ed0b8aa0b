import type { Forge } from '../forge/forge.js';
import { placeKey, type Source, type Span } from '../text/source.js';
import { type Baseline, type Coverage, faultyEntries, withoutAccepted } from './baseline.js';
import { commentsOfCalled } from './comments.js';
import { type Directive, type DirectiveRules, type FaultyDirective, readDirectives } from './directives.js';
import type { Finding, Severity, Suppressed } from './finding.js';
import { fingerprinted } from './fingerprint.js';
import { joinedProposal } from './fix/propose.js';
import { type Sighting, unusedDirectives, withoutIgnored } from './ignoring.js';
import type { Leftovers, RuleMeta, Subject } from './rule.js';
import { levelIn, type Settings } from './settings.js';

/** What one file contributed, before anybody accepted any of it. */
export interface JudgedFile {
  readonly source: Source;
  readonly forge: Forge;
  readonly sightings: readonly Sighting[];
  readonly comments: readonly Span[];
  /** The scripts that its steps call. */
  readonly scripts: readonly Source[];
  /** The names of the secrets in it; null where it hands on or asks for any there are. */
  readonly secrets: readonly string[] | null;
  /** False where part of it could not be judged, so that nothing can be said of what is not found. */
  readonly whole: boolean;
}

/** How findings are to be treated. */
export interface Treatment {
  readonly settings: Settings;
  readonly baseline: Baseline | null;
  /** False: nothing is suppressed, whatever comments, settings and the baseline say. */
  readonly ignores: boolean;
  /** True where the files are all those of the repository: what none of them shows is not there. */
  readonly complete: boolean;
  /** Every rule there is. */
  readonly rules: readonly RuleMeta[];
  /** Whether a rule was asked about a file, which goes by its path relative to the top of the repository. */
  readonly ran: (rule: string, path: string) => boolean;
  readonly directiveRules: DirectiveRules;
  /** From a path as shown to one relative to the top of the repository. */
  readonly pathOf: (path: string) => string;
}

export interface Settled {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
  readonly leftovers: Leftovers;
}

/** Sorts what was found into what counts and what somebody accepted, and says what of the accepting came to nothing. */
export function settle(files: readonly JudgedFile[], treatment: Treatment): Settled {
  const { ignores, pathOf, ran } = treatment;
  const own = new Set(files.map(({ source }) => source.path));
  const sightings = files.flatMap((file) => file.sightings.map((sighting) => levelled(sighting, treatment)));
  const read = ignores ? directivesOf(files, treatment.directiveRules) : noDirectives;
  const ignored = withoutIgnored(sightings, read.sound);
  const unmeant = ignores ? withoutSettled(ignored.open, treatment) : { open: ignored.open, suppressed: [] };
  const isScript = (finding: Finding) => !own.has(finding.span.source.path);
  const merged = oncePerScript(
    unmeant.open.map(({ finding }) => finding),
    [...ignored.suppressed, ...unmeant.suppressed],
    isScript,
  );
  const named = withFingerprints(merged, (path) => own.has(path), pathOf);
  const baseline = ignores ? treatment.baseline : null;
  const accepted = withoutAccepted(named.open, baseline?.accepted ?? [], pathOf);
  // What a plugin that is not loaded would find, nobody knows.
  const isThere = (rule: string) =>
    treatment.rules.some(({ id }) => id === rule) || treatment.directiveRules.mayExist?.(rule) === true;
  const coverage: Coverage = {
    ran: (rule, file) => ran(rule, file) || !isThere(rule),
    covers: (file) => coversFile(file, files, treatment),
  };
  const unsound = new Set(
    files.filter((file) => !file.whole).flatMap((file) => [file.source, ...file.scripts]),
  );
  const judgeable = read.sound.filter(
    ({ span: { source } }) => !unsound.has(source) && (own.has(source.path) || treatment.complete),
  );
  const faulty = [
    ...read.faulty,
    ...unusedDirectives(judgeable, ignored.used, (rule, path) => ran(rule, pathOf(path))),
  ];
  const forge = files[0]?.forge ?? 'github';
  return {
    findings: accepted.open,
    suppressed: [...named.suppressed, ...accepted.suppressed],
    leftovers: {
      directives: faulty.map((one) => ({ ...aboutPlace(one.span, forge), ...one })),
      entries: faultyEntries(baseline?.kept ?? [], named.open, pathOf, coverage).map((one) => ({
        ...aboutPlace(one.problem === 'no-reason' ? one.entry.reasonSpan : one.entry.span, forge),
        ...one,
      })),
      optionalSecrets: ignores ? unusedOptional(files, treatment, forge) : [],
    },
  };
}

function levelled(sighting: Sighting, treatment: Treatment): Sighting {
  const { finding } = sighting;
  return { ...sighting, finding: { ...finding, severity: severityOf(finding, treatment) } };
}

/** The severity of a finding; one whose rule is off keeps the rule's own. */
export function severityOf(
  finding: Finding,
  { settings, pathOf }: Pick<Treatment, 'settings' | 'pathOf'>,
): Severity {
  const { rule, severity, span } = finding;
  const { level } = levelIn(settings, { id: rule, severity }, pathOf(span.source.path));
  return level === 'off' ? severity : level;
}

const noDirectives = { sound: [], faulty: [] };

function directivesOf(
  files: readonly JudgedFile[],
  rules: DirectiveRules,
): { readonly sound: readonly Directive[]; readonly faulty: readonly FaultyDirective[] } {
  const paths = new Set(files.map(({ source }) => source.path));
  const scripts = new Map(files.flatMap((file) => file.scripts).map((source) => [source.path, source]));
  const comments = files.map((file) => file.comments);
  for (const [path, source] of scripts) if (!paths.has(path)) comments.push(commentsOfCalled(source));
  const read = comments.map((spans) => readDirectives(spans, rules));
  return { sound: read.flatMap(({ sound }) => sound), faulty: read.flatMap(({ faulty }) => faulty) };
}

/** Takes out what the settings accept: rules that are off in a file, and secrets that may be missing. */
function withoutSettled(
  sightings: readonly Sighting[],
  { settings, pathOf }: Treatment,
): { open: Sighting[]; suppressed: Suppressed[] } {
  const optional = new Map(settings.optionalSecrets.map((secret) => [secret.name, secret]));
  const open: Sighting[] = [];
  const suppressed: Suppressed[] = [];
  for (const sighting of sightings) {
    const { finding } = sighting;
    const rule = { id: finding.rule, severity: finding.severity };
    const { level, override } = levelIn(settings, rule, pathOf(finding.span.source.path));
    const secrets = finding.secrets.map((name) => optional.get(name.toUpperCase()));
    if (level === 'off' && override) {
      suppressed.push({ finding, by: 'override', reason: override.reason, until: null });
    } else if (secrets.length > 0 && secrets.every((secret) => secret !== undefined)) {
      const reason = secrets.map((secret) => secret.reason).join('; ');
      suppressed.push({ finding, by: 'optional-secret', reason, until: null });
    } else open.push(sighting);
  }
  return { open, suppressed };
}

interface Sorted {
  readonly open: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
}

/**
 * A script that several workflows or jobs call has one hole in each place, whoever shows it. It is accepted only where
 * it is for everybody who shows it.
 */
function oncePerScript(
  open: readonly Finding[],
  suppressed: readonly Suppressed[],
  isScript: (finding: Finding) => boolean,
): Sorted {
  const keyOf = (finding: Finding, index: number) =>
    isScript(finding) ? `${finding.rule} ${finding.messageId} ${placeKey(finding.span)}` : String(index);
  const known = new Map<string, Finding>();
  for (const [index, finding] of open.entries()) {
    const key = keyOf(finding, index);
    const first = known.get(key);
    if (!first) known.set(key, finding);
    else
      known.set(key, {
        ...first,
        secrets: [...new Set([...first.secrets, ...finding.secrets])],
        contexts: [...new Set([...first.contexts, ...finding.contexts])],
        fix: joinedProposal(first.fix, finding.fix, finding.span.source.path),
      });
  }
  const accepted = new Map<string, Suppressed>();
  for (const [index, one] of suppressed.entries()) {
    const key = keyOf(one.finding, index);
    if (isScript(one.finding) && known.has(key)) continue;
    if (!accepted.has(key)) accepted.set(key, one);
  }
  return { open: [...known.values()], suppressed: [...accepted.values()] };
}

/** Whether a finding counts has no part in its fingerprint, so both kinds are numbered together. */
function withFingerprints(
  { open, suppressed }: Sorted,
  isInput: (path: string) => boolean,
  pathOf: (path: string) => string,
): Sorted {
  const all = [...open, ...suppressed.map(({ finding }) => finding)];
  const named = fingerprinted(all, isInput, pathOf);
  return {
    open: named.slice(0, open.length),
    suppressed: suppressed.map((one, index) => ({
      ...one,
      finding: named[open.length + index] ?? one.finding,
    })),
  };
}

function coversFile(file: string, files: readonly JudgedFile[], { complete, pathOf }: Treatment): boolean {
  const judged = files.find(({ source }) => pathOf(source.path) === file);
  if (judged) return judged.whole;
  return complete && files.every(({ whole }) => whole);
}

function unusedOptional(
  files: readonly JudgedFile[],
  { settings, complete }: Treatment,
  forge: Forge,
): Leftovers['optionalSecrets'] {
  if (!complete || files.some((file) => !file.whole || file.secrets === null)) return [];
  const used = new Set(files.flatMap((file) => file.secrets ?? []));
  return settings.optionalSecrets
    .filter(({ name }) => !used.has(name))
    .map((secret) => ({ ...aboutPlace(secret.span, forge), secret }));
}

function aboutPlace(span: Span, forge: Forge): Subject {
  return {
    forge,
    job: null,
    step: null,
    span,
    confidence: 'proved',
    secrets: [],
    contexts: [],
    witness: [],
  };
}
