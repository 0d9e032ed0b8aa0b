import type { Forge } from '../../src/forge/forge.js';

// What generated workflows have in common: how their steps, tests and environments are written.

/** How a script is written in YAML. */
export type Style = 'literal' | 'literal-strip' | 'folded' | 'plain' | 'single';

/** What may differ between two workflows that go without a secret in the same way. */
export interface Shape {
  readonly forge: Forge;
  readonly events: readonly string[];
  readonly onPullRequests: boolean;
  /** As they are called where they are missed. */
  readonly secrets: readonly string[];
  readonly where: 'step' | 'job' | 'workflow';
  readonly test: 'z' | 'z-default' | 'double' | 'equals' | 'test' | 'not-n' | 'pasted';
  readonly style: Style;
  readonly says: boolean;
  readonly comments: boolean;
  readonly before: boolean;
  readonly after: boolean;
  readonly strict: boolean;
  readonly crlf: boolean;
  /** Where the steps stand: in a workflow, or in a composite action, where the secrets are inputs. */
  readonly place: 'workflow' | 'action';
}

/** The steps of the job, or of several. */
export interface Jobs {
  readonly probe?: readonly string[];
  readonly steps: readonly (readonly string[])[];
  readonly condition?: string;
  /** The output of the probing job, where none of its steps gives it. */
  readonly output?: string;
  /** Further keys of the job. */
  readonly keys?: readonly string[];
  /** The scripts that the steps call. */
  readonly files?: Readonly<Record<string, string>>;
}

export type Script = readonly string[];

/** What a secret is called in an expression. */
export function named({ place }: Shape, secret: string): string {
  return place === 'action' ? `inputs.${inputOf(secret)}` : `secrets.${secret}`;
}

/** The input by which an action is given a secret. */
export function inputOf(secret: string): string {
  return secret.toLowerCase().replaceAll('_', '-');
}

/** The test that is true without the secrets. */
export function missingTest(shape: Shape): string {
  const one = (name: string) => {
    switch (shape.test) {
      case 'z':
        return `[ -z "$${name}" ]`;
      case 'z-default':
        return `[ -z "\${${name}:-}" ]`;
      case 'double':
        return `[[ -z $${name} ]]`;
      case 'equals':
        return `[ "$${name}" = "" ]`;
      case 'test':
        return `test -z "$${name}"`;
      case 'not-n':
        return `! [ -n "$${name}" ]`;
      case 'pasted':
        return `[ -z "\${{ ${named(shape, name)} }}" ]`;
    }
  };
  return shape.secrets.map(one).join(' || ');
}

/** The test that is true with the secrets. */
export function presentTest({ test, secrets }: Shape): string {
  const one = (name: string) => (test === 'double' ? `[[ -n $${name} ]]` : `[ -n "$${name}" ]`);
  return secrets.map(one).join(' && ');
}

export function work({ secrets }: Pick<Shape, 'secrets'>): string {
  return `deploy ${secrets.map((name) => `"$${name}"`).join(' ')}`;
}

export function told({ says, secrets }: Shape): string[] {
  return says ? [`echo "::warning::${secrets[0]} is not there, nothing is deployed"`] : [];
}

/** True where each of the variables holds a secret, as an expression. A step does not see its own. */
export function envTests(shape: Shape): string {
  if (shape.place === 'action') return secretTests(shape);
  return shape.secrets.map((name) => `env.${name} != ''`).join(' && ');
}

/** True where all of the secrets are there, as an expression. */
export function secretTests(shape: Shape): string {
  return shape.secrets.map((name) => `${named(shape, name)} != ''`).join(' && ');
}

export function in1(line: string): string {
  return `  ${line}`;
}

export function environment(shape: Shape): string[] {
  return shape.secrets.map((name) => `${name}: \${{ ${named(shape, name)} }}`);
}

/** The lines of one step; the first has no dash yet. */
export function step(
  shape: Shape,
  name: string | null,
  script: Script,
  keys: readonly string[] = [],
): string[] {
  const lines: string[] = [];
  if (name !== null) lines.push(`name: ${name}`);
  lines.push(...keys);
  if (shape.where === 'step') lines.push('env:', ...environment(shape).map(in1));
  if (shape.place === 'action' && !keys.some((key) => key.startsWith('shell:'))) lines.push('shell: bash');
  if (shape.comments) lines.push('# What is deployed is seen by everybody.');
  lines.push(...runOf(shape, script));
  return lines;
}

/** A job of one step that runs a script. */
export function oneStep(shape: Shape, script: Script, keys: readonly string[] = []): Jobs {
  return { steps: [step(shape, 'Deploy', script, keys)] };
}

export function runOf({ style, comments, strict }: Shape, script: Script): string[] {
  const whole = strict && script.length > 1 ? ['set -eu', ...script] : script;
  const isOneLine = whole.length === 1;
  const line = whole[0] ?? '';
  if (isOneLine && style === 'plain' && !/: |#/.test(line) && !/^["'&*!|>{[%@`-]/.test(line))
    return [`run: ${line}`];
  if (isOneLine && style === 'single') return [`run: '${line.replaceAll("'", "''")}'`];
  // Folding joins lines, but not those that are indented further, nor those around them.
  if (style === 'folded') return ['run: >', ...whole.flatMap((one) => [`  ${one.trim()}`, ''])];
  const commented = comments ? ['# The key is needed for this.', ...whole] : whole;
  return [style === 'literal-strip' ? 'run: |-' : 'run: |', ...commented.map(in1)];
}

/** The steps of a list, each behind its dash. `indent`: the blanks before it. */
export function items(steps: readonly (readonly string[])[], indent: string): string[] {
  return steps.flatMap((lines) =>
    lines.map((line, index) => (line === '' ? '' : `${indent}${index === 0 ? '- ' : '  '}${line}`)),
  );
}
