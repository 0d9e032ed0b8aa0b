import { parseTemplate } from '../parse/expression.js';
import type { YamlMap, YamlNode } from '../parse/yaml.js';
import type { CallDeclaration, CallInput, EnvEntry, Template, Workflow } from './model.js';

/** What a workflow declares for those who call it; null for one that cannot be called. What has the wrong shape is left out. */
export function callDeclarationOf(workflow: Workflow): CallDeclaration | null {
  const trigger = workflow.triggers.find(({ event }) => event === 'workflow_call');
  if (!trigger) return null;
  const body = mapOf(trigger.body);
  const outputs: EnvEntry[] = [];
  for (const { key, value } of mapOf(childOf(body, 'outputs'))?.pairs ?? []) {
    const text = templateOf(childOf(mapOf(value), 'value'));
    if (text) outputs.push({ name: key.text.text, key, value: text });
  }
  return {
    inputs: (mapOf(childOf(body, 'inputs'))?.pairs ?? []).map(({ key, value }) =>
      inputOf(key.text.text, mapOf(value)),
    ),
    secrets: (mapOf(childOf(body, 'secrets'))?.pairs ?? []).map(({ key, value }) => ({
      name: key.text.text,
      required: isTrue(childOf(mapOf(value), 'required')),
    })),
    outputs,
  };
}

function inputOf(name: string, body: YamlMap | null): CallInput {
  const type = textOf(childOf(body, 'type'));
  return {
    name,
    type: type === 'boolean' || type === 'number' ? type : 'string',
    required: isTrue(childOf(body, 'required')),
    default: templateOf(childOf(body, 'default')),
  };
}

function childOf(map: YamlMap | null, name: string): YamlNode | null {
  return map?.pairs.find(({ key }) => key.text.text === name)?.value ?? null;
}

function mapOf(node: YamlNode | null): YamlMap | null {
  return node?.kind === 'map' ? node : null;
}

function textOf(node: YamlNode | null): string | null {
  return node?.kind === 'scalar' ? node.text.text : null;
}

function isTrue(node: YamlNode | null): boolean {
  return textOf(node)?.toLowerCase() === 'true';
}

function templateOf(node: YamlNode | null): Template | null {
  if (node?.kind !== 'scalar' || node.value === null) return null;
  return { scalar: node, parts: parseTemplate(node.text) };
}
