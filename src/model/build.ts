import { parseExpression, parseTemplate, type TemplatePart } from '../parse/expression.js';
import type { YamlFile, YamlMap, YamlNode, YamlPair, YamlScalar } from '../parse/yaml.js';
import type { MappedText } from '../text/script.js';
import type { Source, Span } from '../text/source.js';
import type {
  Action,
  ActionInput,
  ConditionText,
  Defaults,
  Env,
  EnvEntry,
  Flag,
  Job,
  Step,
  Template,
  Trigger,
  Workflow,
} from './model.js';

/**
 * The workflow that a file describes. Never throws: what has the wrong shape is left out and named in `problems`
 * (in the order of the file; none where the YAML itself is broken, which `file.problems` tells).
 */
export function buildWorkflow(file: YamlFile): Workflow {
  const build = newBuild(file.source);
  const root = rootOf(build, file, "a map with 'on' and 'jobs'");
  const workflow = {
    source: file.source,
    name: templateOf(build, 'name', below(root, 'name')),
    triggers: triggersOf(build, root),
    env: entriesOf(build, 'env', below(root, 'env')),
    defaults: defaultsOf(build, below(root, 'defaults')),
    jobs: jobsOf(build, root),
  };
  return { ...workflow, problems: problemsOf(build, file) };
}

/** The action that an `action.yml` describes. Never throws, as `buildWorkflow`. */
export function buildAction(file: YamlFile): Action {
  const build = newBuild(file.source);
  const root = rootOf(build, file, "a map with 'runs'");
  const runs = mapOf(build, 'runs', below(root, 'runs'));
  const composite = textOf(below(runs, 'using')) === 'composite';
  const action = {
    source: file.source,
    inputs: inputsOf(build, below(root, 'inputs')),
    outputs: actionOutputsOf(build, below(root, 'outputs')),
    steps: composite ? stepsOf(build, below(runs, 'steps')) : null,
  };
  return { ...action, problems: problemsOf(build, file) };
}

interface Problem {
  readonly span: Span;
  readonly message: string;
}

type Needs = Job['needs'];

/**
 * What one build remembers: its complaints, and what it made of each node. An alias names one node many times;
 * so it costs once and is complained about once, however often a hostile file repeats it.
 */
interface Build {
  readonly source: Source;
  readonly problems: Problem[];
  readonly complained: Set<YamlNode>;
  readonly templates: Map<YamlScalar, Template>;
  /** Apart from `templates`: the text of a bare condition is read in another way. */
  readonly bareConditions: Map<YamlScalar, Template>;
  readonly entries: Map<YamlNode, Env>;
  readonly steps: Map<YamlNode, readonly Step[]>;
  readonly needs: Map<YamlNode, Needs>;
}

/** In the order of the file. The tree of a file with broken YAML is a guess, whose shape is nobody's fault. */
function problemsOf(build: Build, file: YamlFile): readonly Problem[] {
  if (file.problems.length > 0) return [];
  return build.problems.sort((a, b) => a.span.start - b.span.start);
}

function newBuild(source: Source): Build {
  return {
    source,
    problems: [],
    complained: new Set(),
    templates: new Map(),
    bareConditions: new Map(),
    entries: new Map(),
    steps: new Map(),
    needs: new Map(),
  };
}

function once<Key, Value>(cache: Map<Key, Value>, key: Key, make: () => Value): Value {
  const made = cache.get(key);
  if (made !== undefined) return made;
  const value = make();
  cache.set(key, value);
  return value;
}

/** `what` is the key as the file has it; `expected` says the right form and so the remedy. */
function wrongShape(build: Build, what: string, expected: string, found: YamlNode): void {
  if (build.complained.has(found)) return;
  build.complained.add(found);
  const message = `${what} must be ${expected}, found ${describe(found)}`;
  build.problems.push({ span: found.span, message });
}

/** As `wrongShape`, where there is a value of the wrong shape or none at all; `at` is the place for the latter. */
function wrongOrMissing(
  build: Build,
  what: string,
  expected: string,
  found: YamlNode | null,
  at: Span,
): void {
  if (found !== null) wrongShape(build, what, expected, found);
  else build.problems.push({ span: at, message: `${what} must be ${expected}, found nothing` });
}

const shownLength = 40;

function describe(node: YamlNode): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  if (isNull(node)) return 'nothing';
  const line = node.text.text.trimStart().split('\n', 1)[0] ?? '';
  return line.length > shownLength ? `'${line.slice(0, shownLength)}…'` : `'${line}'`;
}

function rootOf(build: Build, file: YamlFile, expected: string): YamlMap | null {
  const { root } = file;
  if (root?.kind === 'map') return root;
  wrongOrMissing(build, 'the file', expected, root, { source: build.source, start: 0, end: 0 });
  return null;
}

function missingKey(build: Build, root: YamlMap, message: string): void {
  build.problems.push({ span: headOf(root), message });
}

function headOf(map: YamlMap): Span {
  return map.pairs[0]?.key.span ?? map.span;
}

function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function pairOf(map: YamlMap | null, name: string): YamlPair | null {
  return map?.pairs.find(({ key }) => key.text.text === name) ?? null;
}

/** What stands below a key; null where the key is absent, or holds nothing or `null`. */
function below(map: YamlMap | null, name: string): YamlNode | null {
  return present(pairOf(map, name)?.value ?? null);
}

function present(node: YamlNode | null): YamlNode | null {
  return node === null || isNull(node) ? null : node;
}

function mapOf(build: Build, what: string, node: YamlNode | null): YamlMap | null {
  if (node === null) return null;
  if (node.kind === 'map') return node;
  wrongShape(build, `'${what}'`, 'a map', node);
  return null;
}

function textOf(node: YamlNode | null): string | null {
  return node?.kind === 'scalar' ? node.text.text : null;
}

function nameOf(build: Build, what: string, node: YamlNode | null): string | null {
  if (node !== null && node.kind !== 'scalar') wrongShape(build, `'${what}'`, 'a string', node);
  return textOf(node);
}

function templateOf(build: Build, what: string, node: YamlNode | null): Template | null {
  if (node === null) return null;
  if (node.kind === 'scalar') return templateOfScalar(build, node);
  wrongShape(build, `'${what}'`, 'a string', node);
  return null;
}

function timeoutOf(build: Build, node: YamlNode | null): Template | null {
  return node?.kind === 'scalar' && node.value !== null ? templateOfScalar(build, node) : null;
}

function templateOfScalar(build: Build, scalar: YamlScalar): Template {
  return once(build.templates, scalar, () => ({ scalar, parts: parseTemplate(scalar.text) }));
}

/** A key with nothing after it, or `null`, gives the empty string. */
function emptyTemplate(build: Build, pair: YamlPair): Template {
  const { source } = build;
  const span = pair.value?.span ?? { source, start: pair.key.span.end, end: pair.key.span.end };
  const text: MappedText = { source, text: '', offsetOf: () => span.start };
  return { scalar: { kind: 'scalar', value: null, text, style: 'plain', span }, parts: [] };
}

function hasExpression(text: string): boolean {
  return text.includes('${{');
}

/** An empty `if:` is none at all (semantics 4.1). */
function conditionOf(build: Build, node: YamlNode | null): ConditionText | null {
  if (node === null) return null;
  if (node.kind !== 'scalar') {
    wrongShape(build, "'if'", 'an expression', node);
    return null;
  }
  const { text } = node.text;
  if (text.trim() === '') return null;
  // Semantics 4.2: with a `${{` in it, every character counts, the newline that a block leaves included.
  if (hasExpression(text)) return { template: templateOfScalar(build, node), bare: false, span: node.span };
  const template = once(build.bareConditions, node, () => ({
    scalar: node,
    parts: [bareExpression(node.text)],
  }));
  return { template, bare: true, span: node.span };
}

function bareExpression(text: MappedText): TemplatePart {
  const start = text.text.length - text.text.trimStart().length;
  const end = text.text.trimEnd().length;
  const at = { text, start, end };
  return { kind: 'expression', ...parseExpression(at), at };
}

function flagOf(build: Build, what: string, node: YamlNode | null): Flag | null {
  if (node === null) return null;
  const expected = "true, false or an expression in '${{ }}'";
  if (node.kind !== 'scalar') {
    wrongShape(build, `'${what}'`, expected, node);
    return null;
  }
  const text = node.text.text.trim().toLowerCase();
  const literal = text === 'true' ? true : text === 'false' ? false : null;
  if (literal === null && !hasExpression(text)) {
    wrongShape(build, `'${what}'`, expected, node);
    return null;
  }
  return { template: templateOfScalar(build, node), literal, span: node.span };
}

/** A map of texts: `env`, `with`, `secrets`, a job's `outputs`. */
function entriesOf(build: Build, what: string, node: YamlNode | null): Env {
  if (node === null) return [];
  return once(build.entries, node, () => {
    if (node.kind === 'map') return node.pairs.flatMap((pair) => entryOf(build, pair) ?? []);
    // One expression for the whole map: see `Env`.
    if (node.kind === 'scalar' && hasExpression(node.text.text)) {
      return [{ name: '*', key: node, value: templateOfScalar(build, node) }];
    }
    wrongShape(build, `'${what}'`, "a map of 'NAME: value' lines", node);
    return [];
  });
}

function entryOf(build: Build, pair: YamlPair): EnvEntry | null {
  const { key } = pair;
  const name = key.text.text;
  const node = present(pair.value);
  if (node === null) return { name, key, value: emptyTemplate(build, pair) };
  const value = templateOf(build, name, node);
  return value && { name, key, value };
}

function triggersOf(build: Build, root: YamlMap | null): readonly Trigger[] {
  if (root === null) return [];
  const node = below(root, 'on');
  if (node === null) {
    missingKey(build, root, "the workflow names no event: add 'on:', for example 'on: push'");
    return [];
  }
  if (node.kind === 'map') return node.pairs.map((pair) => triggerOf(pair.key, present(pair.value)));
  if (node.kind === 'scalar') return [triggerOf(node, null)];
  const triggers: Trigger[] = [];
  for (const item of node.items) {
    if (item?.kind === 'scalar' && !isNull(item)) triggers.push(triggerOf(item, null));
    else wrongOrMissing(build, "an event in the list of 'on'", eventName, item, node.span);
  }
  return triggers;
}

const eventName = "a name (filters need a map below 'on')";

function triggerOf(key: YamlScalar, body: YamlNode | null): Trigger {
  return { event: key.text.text.trim().toLowerCase(), key, body };
}

function defaultsOf(build: Build, node: YamlNode | null): Defaults {
  const run = mapOf(build, 'run', below(mapOf(build, 'defaults', node), 'run'));
  return {
    shell: templateOf(build, 'shell', below(run, 'shell')),
    workingDirectory: templateOf(build, 'working-directory', below(run, 'working-directory')),
  };
}

function jobsOf(build: Build, root: YamlMap | null): readonly Job[] {
  if (root === null) return [];
  const node = below(root, 'jobs');
  if (node === null) {
    missingKey(build, root, "the workflow has no job: add 'jobs:' with at least one");
    return [];
  }
  const jobs: Job[] = [];
  for (const pair of mapOf(build, 'jobs', node)?.pairs ?? []) {
    const job = jobOf(build, pair);
    if (job !== null) jobs.push(job);
  }
  return jobs;
}

function jobOf(build: Build, { key, value }: YamlPair): Job | null {
  const id = key.text.text;
  const node = present(value);
  if (node?.kind !== 'map') {
    wrongOrMissing(build, `job '${id}'`, "a map with 'runs-on' and 'steps', or 'uses'", node, key.span);
    return null;
  }
  return {
    id,
    key,
    name: templateOf(build, 'name', below(node, 'name')),
    needs: needsOf(build, below(node, 'needs')),
    if: conditionOf(build, below(node, 'if')),
    env: entriesOf(build, 'env', below(node, 'env')),
    defaults: defaultsOf(build, below(node, 'defaults')),
    runsOn: below(node, 'runs-on'),
    container: textOf(below(node, 'container')) !== '' && below(node, 'container') !== null,
    environment: below(node, 'environment'),
    strategy: below(node, 'strategy'),
    continueOnError: flagOf(build, 'continue-on-error', below(node, 'continue-on-error')),
    timeout: timeoutOf(build, below(node, 'timeout-minutes')),
    outputs: entriesOf(build, 'outputs', below(node, 'outputs')),
    steps: stepsOf(build, below(node, 'steps')),
    uses: templateOf(build, 'uses', below(node, 'uses')),
    with: entriesOf(build, 'with', below(node, 'with')),
    secrets: secretsOf(build, below(node, 'secrets')),
    part: null,
    span: node.span,
  };
}

function secretsOf(build: Build, node: YamlNode | null): Job['secrets'] {
  if (node === null || node.kind === 'map') return entriesOf(build, 'secrets', node);
  if (textOf(node) === 'inherit') return 'inherit';
  wrongShape(build, "'secrets'", "'inherit' or a map of 'NAME: value' lines", node);
  return [];
}

function needsOf(build: Build, node: YamlNode | null): Needs {
  if (node === null) return [];
  return once(build.needs, node, () => {
    const needs: { job: string; span: Span }[] = [];
    for (const item of node.kind === 'list' ? node.items : [node]) {
      if (item?.kind === 'scalar') needs.push({ job: item.text.text, span: item.span });
      else wrongOrMissing(build, "'needs'", 'a job id or a list of job ids', item, node.span);
    }
    return needs;
  });
}

function stepsOf(build: Build, node: YamlNode | null): readonly Step[] {
  if (node === null) return [];
  return once(build.steps, node, () => {
    if (node.kind !== 'list') {
      wrongShape(build, "'steps'", "a list, each step behind a '- '", node);
      return [];
    }
    const steps: Step[] = [];
    node.items.forEach((item, index) => {
      if (item?.kind === 'map') steps.push(stepOf(build, item, index));
      else wrongOrMissing(build, `step ${index + 1}`, "a map with 'run' or 'uses'", item, node.span);
    });
    return steps;
  });
}

function stepOf(build: Build, node: YamlMap, index: number): Step {
  return {
    index,
    place: index,
    caller: null,
    follows: null,
    id: nameOf(build, 'id', below(node, 'id')),
    name: templateOf(build, 'name', below(node, 'name')),
    if: conditionOf(build, below(node, 'if')),
    env: entriesOf(build, 'env', below(node, 'env')),
    run: templateOf(build, 'run', below(node, 'run')),
    uses: templateOf(build, 'uses', below(node, 'uses')),
    with: entriesOf(build, 'with', below(node, 'with')),
    shell: templateOf(build, 'shell', below(node, 'shell')),
    workingDirectory: templateOf(build, 'working-directory', below(node, 'working-directory')),
    continueOnError: flagOf(build, 'continue-on-error', below(node, 'continue-on-error')),
    timeout: timeoutOf(build, below(node, 'timeout-minutes')),
    span: node.span,
    headSpan: headOf(node),
  };
}

function inputsOf(build: Build, node: YamlNode | null): readonly ActionInput[] {
  const inputs: ActionInput[] = [];
  for (const { key, value } of mapOf(build, 'inputs', node)?.pairs ?? []) {
    const name = key.text.text;
    const body = mapOf(build, name, present(value));
    inputs.push({
      name,
      key,
      description: textOf(below(body, 'description')),
      required: textOf(below(body, 'required'))?.toLowerCase() === 'true',
      default: templateOf(build, 'default', below(body, 'default')),
    });
  }
  return inputs;
}

/** The outputs of a composite action; those of other kinds have no value in the file. */
function actionOutputsOf(build: Build, node: YamlNode | null): Env {
  const outputs: EnvEntry[] = [];
  for (const { key, value } of mapOf(build, 'outputs', node)?.pairs ?? []) {
    const name = key.text.text;
    const template = templateOf(build, 'value', below(mapOf(build, name, present(value)), 'value'));
    if (template !== null) outputs.push({ name, key, value: template });
  }
  return outputs;
}
