import type { RuleMeta } from './lint/rule.js';

/** What a rule of a plugin says of itself, as a page in Markdown; the pages of the other rules are in the package. */
export function pageOfPlugin({ id, summary, severity, preset, options, url }: RuleMeta): string {
  const strict = preset === 'strict' ? ' (preset strict)' : '';
  const parts = [`# ${id}`, summary, `Severity: ${severity}${strict}`];
  if (url !== undefined) parts.push(`More: ${url}`);
  if (options) {
    const entries = Object.entries(options).map(
      ([name, { description, enum: choices, default: byDefault }]) => {
        const said = choices ? `${description}: ${choices.join(', ')}` : description;
        return `- \`${name}\`: ${said}${byDefault === undefined ? '' : `; default \`${JSON.stringify(byDefault)}\``}`;
      },
    );
    parts.push('## Options', entries.join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}
