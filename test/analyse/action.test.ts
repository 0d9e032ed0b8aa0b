import { describe, expect, it } from 'vitest';
import { isCredential, workflowAround } from '../../src/analyse/action.js';
import { buildAction } from '../../src/model/build.js';
import { parseYaml } from '../../src/parse/yaml.js';

function actionOf(text: string) {
  return buildAction(parseYaml({ path: 'action.yml', text }));
}

describe('an input carries a credential, by what its author calls it', () => {
  it.each<[string, string, boolean]>([
    ['token', '{}', true],
    ['TOKEN', '{}', true],
    ['github-token', '{}', true],
    ['npm_token', '{}', true],
    ['tokens', '{}', false],
    ['tokenizer', '{}', false],
    ['mytoken', '{}', false],
    ['secret', '{}', true],
    ['password', '{}', true],
    ['db-passwd', '{}', true],
    ['credential', '{}', true],
    ['credentials', '{}', true],
    ['api-key', '{}', true],
    ['apikey', '{}', true],
    ['api_key', '{}', true],
    ['private-key', '{}', true],
    ['access_key', '{}', true],
    ['key', '{}', true],
    ['ssh-key', '{}', true],
    ['monkey', '{}', false],
    ['key-file', '{}', false],
    ['cache-key', '{}', false],
    ['restore-keys', '{}', false],
    ['primary-key', '{}', false],
    ['public-key', '{}', false],
    ['publickey', '{}', false],
    ['sort_key', '{}', false],
    ['partition-key', '{}', false],
    ['config-key', '{}', false],
    ['token', '{default: x}', false],
    ['token', '{default: "${{ github.token }}"}', false],
    ['token', "{default: ''}", true],
    ['token', "{default: ' '}", true],
    ['auth', '{description: The token to use, required: true}', true],
    ['auth', '{description: An API key, required: true}', true],
    ['auth', '{description: The token to use}', false],
    ['auth', '{description: How to tokenize, required: true}', false],
    ['auth', '{required: true}', false],
    ['cache-key', '{description: no secret, required: true}', false],
  ])('%s: %s is %s', (name, body, expected) => {
    const [input] = actionOf(`name: x\ninputs:\n  ${name}: ${body}\nruns: {using: node20}\n`).inputs;
    expect(input && isCredential(input)).toBe(expected);
  });
});

it('the steps of an action stand in one job of a workflow of their own', () => {
  const action = actionOf(
    "name: x\noutputs: {made: {value: '${{ steps.a.outputs.b }}'}}\nruns:\n  using: composite\n  steps:\n    - {id: a, run: make, shell: bash}\n",
  );
  const workflow = workflowAround(action);
  expect(workflow?.source).toBe(action.source);
  expect(workflow?.jobs.map(({ id, steps, outputs }) => [id, steps, outputs.length])).toEqual([
    ['', action.steps, 1],
  ]);
  expect(workflowAround(actionOf('name: x\nruns: {using: node20}\n'))).toBeNull();
  expect(workflowAround(actionOf('name: x\nruns: {using: composite, steps: []}\n'))).toBeNull();
});
