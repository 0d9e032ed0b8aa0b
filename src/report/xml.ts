import { visible } from './text.js';

/** What stands in an element: elements, and texts, which are escaped when they are printed. */
export type XmlNode = XmlElement | string;

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly XmlNode[];
}

/** An element; names are ours, attributes and texts may hold anything. */
export function element(
  name: string,
  attributes: XmlElement['attributes'],
  children: readonly XmlNode[] = [],
): XmlElement {
  return { name, attributes, children };
}

/** A whole document (XML 1.0), well-formed whatever the texts hold, in which no line is a command to a runner. */
export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${printed(root, '')}`;
}

function printed({ name, attributes, children }: XmlElement, indent: string): string {
  const shown = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapedAttribute(String(value))}"`,
  );
  const start = `${indent}<${name}${shown.join('')}`;
  if (children.length === 0) return `${start}/>\n`;
  const inner = children.map((child) =>
    typeof child === 'string' ? escapedText(child) : printed(child, `${indent}  `),
  );
  return typeof children[0] === 'string'
    ? `${start}>${inner.join('')}</${name}>\n`
    : `${start}>\n${inner.join('')}${indent}</${name}>\n`;
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Code points that are not allowed in a document at all and that `visible` lets through. */
const illegal = /[\ufffe\uffff]/g;

function escaped(text: string): string {
  return visible(text)
    .replace(illegal, '\ufffd')
    .replace(/[&<>"']/g, (character) => references[character] ?? '')
    .replaceAll('##[', '&#35;#[');
}

function escapedAttribute(text: string): string {
  return text.split('\n').map(escaped).join('&#10;');
}

function escapedText(text: string): string {
  return text
    .split('\n')
    .map((line) => escaped(line).replace(/^(\s*):/, '$1&#58;'))
    .join('\n');
}
