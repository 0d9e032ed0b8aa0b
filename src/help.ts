import { commands, flags, type Usage } from './flags.js';
import { auditFormatNames } from './report/audits.js';
import { formatNames } from './report/index.js';

const examples: readonly string[] = [
  'hardfail --output sarif=hardfail.sarif',
  'hardfail audit --output html=secrets.html',
  'hardfail --format json - --stdin-filename .gitea/workflows/ci.yml < ci.yml',
];

/** The text of `--help`, which fits on a terminal of 80 columns and 24 lines; `all` is not bound to the lines. */
export function helpText(all: boolean): string {
  const shown = <T extends { readonly rare?: true }>(entries: readonly T[]) =>
    entries.filter(({ rare }) => all || !rare);
  const flagRows = shown(flags).map((flag): [string, string] => {
    const short = flag.short ? `-${flag.short}, ` : '    ';
    return [`${short}--${flag.name}${flag.value ? ` ${flag.value}` : ''}`, flag.help];
  });
  return [
    'hardfail: a missing secret must turn CI red; this finds where it turns green.',
    '',
    ...columns(
      shown(commands).flatMap((command) => (all ? usagesOf(command) : usagesOf(command).slice(0, 1))),
    ),
    '',
    ...columns(flagRows),
    '',
    ...(all ? [`Formats: ${formatNames.join(' ')}`, `Formats of audit: ${auditFormatNames.join(' ')}`] : []),
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    'Exit status: 0 clean, 1 findings, 2 usage or configuration, 3 incomplete.',
    '',
  ].join('\n');
}

function usagesOf({ usage, help, more }: Usage): [string, string][] {
  const rows: [string, string][] = [[usage, help]];
  if (more) rows.push([more.usage, more.help]);
  return rows;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
