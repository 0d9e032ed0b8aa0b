import { parseYaml, type YamlList, type YamlScalar } from '../parse/yaml.js';
import type { Source } from '../text/source.js';

/** What stands where somebody has yet to write why; a configuration with it is refused. */
const reasonToBe = "''";

/**
 * The text of a configuration with more secrets in `optional-secrets`, all else as it is; those that are in it already
 * stay as they are. null where the list is not written with an entry on each line, or the file is broken.
 */
export function withOptionalSecrets(source: Source, names: readonly string[]): string | null {
  const { root, problems } = parseYaml(source);
  if (problems.length > 0 || (root !== null && root.kind !== 'map')) return null;
  const pair = root?.pairs.find(({ key }) => key.text.text === 'optional-secrets');
  const list = pair?.value ?? null;
  if (pair && (list?.kind !== 'list' || list.items.length === 0)) return null;
  const known = list?.kind === 'list' ? namesIn(list) : [];
  const fresh = names.filter((name) => !known.includes(name.toUpperCase()));
  if (fresh.length === 0) return source.text;
  const { text } = source;
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const item = (indent: string) =>
    fresh
      .map((name) => `${indent}- name: ${name}${lineEnd}${indent}  reason: ${reasonToBe}${lineEnd}`)
      .join('');
  if (list?.kind !== 'list') {
    const glue = text === '' || text.endsWith('\n') ? '' : lineEnd;
    return `${text}${glue}optional-secrets:${lineEnd}${item('  ')}`;
  }
  const last = list.items.at(-1);
  const line = text.lastIndexOf('\n', list.span.start) + 1;
  const indent = /^( *)- /.exec(text.slice(line))?.[1];
  if (!last || indent === undefined || text[list.span.start] === '[') return null;
  const found = text.indexOf('\n', last.span.end);
  const end = found < 0 ? text.length : found + 1;
  return `${text.slice(0, end)}${found < 0 ? lineEnd : ''}${item(indent)}${text.slice(end)}`;
}

function namesIn({ items }: YamlList): string[] {
  return items.flatMap((item) => {
    if (item?.kind !== 'map') return [];
    const name = item.pairs.find(({ key }) => key.text.text === 'name')?.value;
    return name?.kind === 'scalar' ? [(name satisfies YamlScalar).text.text.toUpperCase()] : [];
  });
}
