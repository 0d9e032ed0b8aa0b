import { describe, expect, it } from 'vitest';
import { matrixTexts } from '../../src/analyse/matrix.js';
import { matrixDatum } from '../../src/analyse/matrix-values.js';
import { buildWorkflow } from '../../src/model/build.js';
import { parseYaml } from '../../src/parse/yaml.js';

function jobWith(strategy: string) {
  const text = `on: push\njobs:\n  job:\n    runs-on: x\n    strategy: ${strategy}\n    steps: []\n`;
  const [job] = buildWorkflow(parseYaml({ path: '.github/workflows/ci.yml', text })).jobs;
  if (!job) throw new Error('expected a job, found none');
  return job;
}

/** The texts that it can be; `?` where it is a truth that nobody knows, null where nothing is known. */
function valuesOf(matrix: string, key: string): readonly string[] | null {
  const datum = matrixDatum(jobWith(`{matrix: ${matrix}}`), key.split('.'));
  if (!datum) return null;
  if (datum.kind === 'boolean')
    return [datum.question.answer === 'unknown' ? '?' : `${datum.question.answer}`];
  const [piece] = datum.kind === 'string' ? datum.value.pieces : [];
  if (!piece || typeof piece === 'string') throw new Error('expected one unknown');
  expect(piece.nonEmpty).toBe(!piece.among?.includes(''));
  return piece.among;
}

const many = (count: number) => Array.from({ length: count }, (_, i) => `v${i}`).join(', ');

describe('what a key of the matrix can be', () => {
  it.each<[string, string, readonly string[] | null]>([
    ['{os: [linux, macos]}', 'os', ['linux', 'macos']],
    ['{OS: [linux]}', 'os', ['linux']],
    ['{node: [20, 22]}', 'node', ['20', '22']],
    ['{os: [a, a]}', 'os', ['a']],
    ['{os: [a]}', 'node', ['']],
    ['{os: a}', 'os', null],
    ['{os: [[a]]}', 'os', null],
    ['{os: ["${{ vars.X }}"]}', 'os', null],
    ['{os: [a, {name: b}]}', 'os', null],
    ['{os: [{name: a}, {name: b}]}', 'os.name', ['a', 'b']],
    ['{os: [{name: a}, {other: b}]}', 'os.name', ['a', '']],
    ['{flag: [true]}', 'flag', ['true']],
    ['{flag: [false]}', 'flag', ['false']],
    ['{flag: [true, false]}', 'flag', ['?']],
    ['{flag: [true, x]}', 'flag', ['true', 'x']],
    ['{os: [a], include: [{os: b}]}', 'os', ['a', 'b']],
    ['{os: [a], include: [{node: 20}]}', 'node', ['20', '']],
    ['{include: [{node: 20}, {node: 22}]}', 'node', ['20', '22']],
    ['{include: [{node: 20}, {other: 1}]}', 'node', ['20', '']],
    ['{os: [a], include: "${{ fromJSON(vars.X) }}"}', 'os', null],
    ['{os: [a], include: [b]}', 'os', null],
    ['{os: [a, b], exclude: [{os: b}]}', 'os', ['a', 'b']],
    ['{os: [a], exclude: [{os: b}]}', 'exclude', ['']],
    ['"${{ fromJSON(vars.X) }}"', 'os', null],
    [`{os: [${many(16)}]}`, 'os', many(16).split(', ')],
    [`{os: [${many(17)}]}`, 'os', null],
    ['{os: [a]}', '*', null],
    ['{}', 'os', null],
  ])('of %s is %s: %j', (matrix, key, expected) => {
    expect(valuesOf(matrix, key)).toEqual(expected);
  });

  it('is not known without a matrix', () => {
    expect(matrixDatum(jobWith('{fail-fast: false}'), ['os'])).toBeNull();
    expect(matrixDatum(jobWith('{matrix: {os: [a]}}'), [])).toBeNull();
  });
});

it.each<[string, readonly string[]]>([
  ['{matrix: {os: [a, b], node: [1]}}', ['a', 'b']],
  ['{MATRIX: {Os: [a]}}', ['a']],
  ['{matrix: {os: a}}', ['a']],
  ['{matrix: {os: [a, [b, c]]}}', ['a', 'b', 'c']],
  ['{matrix: {os: [a], include: [{os: b}, {OS: a}, {node: 1}, x]}}', ['a', 'b']],
  ['{matrix: {os: [{name: a}]}}', []],
  ['{matrix: {node: [1], include: x}}', []],
  ['{matrix: "${{ fromJSON(vars.X) }}"}', []],
  ['{fail-fast: false}', []],
  ['"${{ vars.X }}"', []],
])('the texts below a key of %s are %j', (strategy, expected) => {
  expect(matrixTexts(jobWith(strategy), 'os')).toEqual(expected);
});
