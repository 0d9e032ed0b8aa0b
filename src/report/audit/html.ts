import {
  type Acceptance,
  type Audit,
  type Cell,
  type RepositoryAudit,
  type Row,
  type Verdict,
  verdicts,
} from '../../audit/audit.js';
import { sha256 } from '../../text/sha256.js';
import { plural, visible } from '../text.js';
import { type PageRow, pageRow } from './page-data.js';
import { pageScript } from './page-script.js';
import { pageStyle } from './page-style.js';
import {
  cellTitle,
  contradictionsOf,
  isTold,
  jobTitle,
  problemsOf,
  reasonOf,
  replayLine,
  scopeLine,
  secretTitle,
  totalsLine,
  trendLine,
  verdictMeanings,
  verdictSigns,
  verdictTitles,
  worstFirst,
} from './words.js';

/**
 * The audit as one page that needs nothing else: it loads nothing, and its policy lets nothing run or style it but what
 * is written here. Every text of an input is text in it, wherever it stands.
 */
export function renderAuditHtml(audit: Audit): string {
  const entries = worstFirst(audit);
  const data = entries.map(({ repository, row }) => pageRow(repository, row));
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(pageScript)}'`,
    `style-src '${hashOf(pageStyle)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${text(titleOf(audit))}</title>
<style>${pageStyle}</style>
</head>
<body>
${header(audit)}
<main>
${problems(audit)}
${overview(audit)}
${tools(audit, data)}
${table(audit, entries)}
${contradictedSection(audit)}
${acceptedSection(audit)}
${notJudgedSection(audit)}
${deadSection(audit)}
</main>
<footer><p>${text(scopeLine(audit))}</p><p>Made by hardfail ${text(audit.tool.version)} on ${text(audit.date)}. A verdict says what the analysis of the workflows shows, not what a run of them has shown.${audit.summary.replays ? ' What is confirmed was run in a sandbox too, with stand-ins for all that is not in the repository.' : ''}</p></footer>
${dialog}
<script type="application/json" id="rows">${json(data)}</script>
<script>${pageScript}</script>
</body>
</html>
`;
}

function titleOf({ repositories }: Audit): string {
  const [only, other] = repositories;
  return only && !other ? `secrets of ${only.name} · hardfail audit` : 'secrets · hardfail audit';
}

/** What a browser compares an inline script or style with (CSP Level 3, 6.7.3.3). */
function hashOf(content: string): string {
  const bytes = sha256(content).replace(/../g, (digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  return `sha256-${btoa(bytes)}`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // Older runners obey it wherever it stands.
  '##[': '&#35;#[',
};

/** A text as text of the page, or as the value of an attribute between double quotes. */
function text(content: string): string {
  return visible(content).replace(/[&<>"']|##\[/g, (found) => entities[found] ?? '');
}

/** Data in a script element: nothing in it can end the element or begin a comment, and no runner obeys it. */
function json(value: unknown): string {
  return JSON.stringify(value).replace(/[<>\u2028\u2029]|#(?=#\[)/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

// --- the parts of the page ------------------------------------------------------------------------------

function header(audit: Audit): string {
  const { repositories, date } = audit;
  const [only, other] = repositories;
  const about = only && !other ? only.name : `${repositories.length} repositories`;
  return `<header class="top">
<div><p class="brand">hardfail audit</p><h1>What happens when a secret is missing</h1><p class="sub">${text(about)} · ${text(date)}</p></div>
<button type="button" id="theme" class="plain" aria-label="Change between the light and the dark page" title="light or dark">◐</button>
</header>`;
}

function problems(audit: Audit): string {
  const found = problemsOf(audit);
  if (found.length === 0) return '';
  const items = found
    .map(({ repository, place, message }) => {
      const where = repository ? `${text(repository)} · ` : '';
      return `<li>${where}<code>${text(place)}</code> ${text(message)}</li>`;
    })
    .join('\n');
  // Many of them would push away what there is to see.
  const open = found.length <= 3 ? ' open' : '';
  return `<section class="alert" role="alert"><h2>This audit is incomplete</h2><p>What it does not show may be there all the same.</p><details${open}><summary>${plural(found.length, 'problem')}</summary><ul>${items}</ul></details></section>`;
}

/** The verdicts with their numbers; each is a filter. */
function overview(audit: Audit): string {
  const { rows } = audit.summary;
  const total = verdicts.reduce((sum, verdict) => sum + rows[verdict], 0);
  const tiles = verdicts
    .map(
      (
        verdict,
      ) => `<button type="button" class="tile v-${verdict}" data-verdict="${verdict}" aria-pressed="false"${rows[verdict] === 0 ? ' disabled' : ''} title="${text(verdictMeanings[verdict])}">
<span class="count">${rows[verdict]}</span><span class="name"><span class="sign" aria-hidden="true">${verdictSigns[verdict]}</span> ${text(verdictTitles[verdict])}</span>
</button>`,
    )
    .join('\n');
  const parts = verdicts
    .filter((verdict) => rows[verdict] > 0)
    .map((verdict) => `<rect class="v-${verdict}" ${barPart(verdict, rows, total)} height="8"></rect>`)
    .join('');
  const bar =
    total === 0
      ? ''
      : `<svg class="bar" viewBox="0 0 1000 8" preserveAspectRatio="none" role="img" aria-label="${text(totalsLine(audit))}">${parts}</svg>`;
  const replayed = replayLine(audit);
  const replays = replayed === null ? '' : `<p class="trend">${text(unbroken(replayed))}</p>`;
  const trend = audit.trend ? `<p class="trend">${text(trendLine(audit.trend, audit))}</p>` : '';
  return `<section class="overview" aria-label="verdicts">
<p class="lead">Each row is one secret in one job, by the worst that the analysis shows; each event opens what shows it.</p>
<div class="tiles" role="group" aria-label="show only these verdicts">
${tiles}
</div>
${bar}
${replays}
${trend}
</section>`;
}

function barPart(verdict: Verdict, rows: Audit['summary']['rows'], total: number): string {
  const before = verdicts.slice(0, verdicts.indexOf(verdict)).reduce((sum, one) => sum + rows[one], 0);
  const at = (count: number) => Math.round((1000 * count) / total);
  return `x="${at(before)}" width="${at(before + rows[verdict]) - at(before)}"`;
}

function tools({ repositories }: Audit, data: readonly PageRow[]): string {
  const names = repositories.map(({ name }) => name);
  const contexts = [...new Set(data.flatMap(({ cells }) => cells.map(({ context }) => context)))].sort();
  const repository = names.length > 1 ? select('repository', 'Repository', 'every repository', names) : '';
  return `<section class="tools" aria-label="search and filters">
<label class="search"><span>Search</span><input type="search" id="search" autocomplete="off" spellcheck="false" placeholder="secret, file, job, reason   ( / )"></label>
${repository}
${select('context', 'Event', 'every event', contexts)}
<label class="select"><span>Sort by</span><select id="sort">${sortOptions}</select></label>
<button type="button" id="reset" class="plain">Show all</button>
<p id="shown" role="status">${data.length} rows</p>
</section>`;
}

const sortOptions = [
  ['verdict', 'verdict'],
  ['secret', 'secret'],
  ['repository', 'repository'],
  ['file', 'workflow and job'],
]
  .map(([value, title]) => `<option value="${value}">${title}</option>`)
  .join('');

function select(id: string, label: string, all: string, values: readonly string[]): string {
  const options = values.map((value) => `<option value="${text(value)}">${text(value)}</option>`).join('');
  return `<label class="select"><span>${label}</span><select id="${id}"><option value="">${all}</option>${options}</select></label>`;
}

type Entry = { readonly repository: RepositoryAudit; readonly row: Row };

function table({ repositories }: Audit, entries: readonly Entry[]): string {
  if (entries.length === 0) return '<p class="empty">No secret reaches a job.</p>';
  const several = repositories.length > 1;
  const heads = [
    ['verdict', 'Verdict'],
    ['secret', 'Secret'],
    ...(several ? [['repository', 'Repository']] : []),
    ['file', 'Workflow and job'],
  ]
    .map(
      ([key, title]) =>
        `<th scope="col" aria-sort="${key === 'verdict' ? 'ascending' : 'none'}"><button type="button" class="sort" data-sort="${key}">${title}</button></th>`,
    )
    .join('');
  const rows = entries.map((entry, index) => tableRow(entry, index, several)).join('\n');
  return `<table id="table">
<thead><tr>${heads}<th scope="col">Events</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>
<p class="empty" id="none" hidden>Nothing fits these filters.</p>`;
}

function tableRow({ repository, row }: Entry, index: number, several: boolean): string {
  const { secret, file, line, dead, verdict, cells } = row;
  const worst = cells.filter((cell) => cell.verdict === verdict);
  const accepted = worst.length > 0 && worst.every((cell) => cell.accepted !== null);
  const replayed = replayTag(worst);
  const chips = cells.map((cell, at) => chip(cell, index, at)).join('');
  const place = `<code>${text(file)}:${line}</code> <span class="job">${text(jobTitle(row))}</span>${dead ? ' <span class="tag">never runs</span>' : ''}`;
  const why = isTold(row) ? `<br><span class="why">${text(reasonOf(row))}</span>` : '';
  return `<tr data-row="${index}" class="v-${verdict}">
<td><span class="badge v-${verdict}"><span class="sign" aria-hidden="true">${verdictSigns[verdict]}</span> ${text(verdictTitles[verdict])}</span>${accepted ? ' <span class="tag">accepted</span>' : ''}${replayed}</td>
<th scope="row"><code>${text(secretTitle(secret)).replaceAll('_', '_<wbr>')}</code></th>
${several ? `<td>${text(repository.name)}</td>\n` : ''}<td>${place}${why}</td>
<td class="chips">${chips}</td>
</tr>`;
}

/** Numbers stay with what they count when lines break. */
function unbroken(line: string): string {
  return line.replaceAll(/(\d) /g, '$1\u00a0');
}

/** Whether a run in the sandbox has shown it, or the contrary. */
function replayTag(cells: readonly Cell[]): string {
  const verdicts = cells.map(({ replay }) => replay?.verdict);
  if (verdicts.includes('contradicted')) return ' <span class="tag bad">contradicted</span>';
  return verdicts.includes('confirmed') ? ' <span class="tag">confirmed</span>' : '';
}

function contradictedSection(audit: Audit): string {
  const items = contradictionsOf(audit).map(
    ({ repository, place: at, message }) =>
      `<li><code>${text(place(audit.repositories, repository, at))}</code> ${text(message)}</li>`,
  );
  return section('Contradicted by a replay, which is a bug of hardfail', items);
}

function chip({ context, verdict }: Cell, row: number, cell: number): string {
  const title = cellTitle(verdict);
  return `<button type="button" class="chip v-${verdict}" data-row="${row}" data-cell="${cell}" aria-haspopup="dialog" title="${text(title)}"><span class="sign" aria-hidden="true">${verdictSigns[verdict]}</span> ${text(context)}<span class="hidden">: ${text(title)}</span></button>`;
}

function acceptedSection({ repositories }: Audit): string {
  const items = repositories.flatMap(({ name, findings }) =>
    findings.flatMap(({ rule, message, file, start, accepted }) =>
      accepted
        ? [
            `<li><code>${text(place(repositories, name, `${file}:${start.line}`))}</code> ${text(message)} <span class="tag">${text(rule)}</span><br><span class="why">${text(acceptance(accepted))}</span></li>`,
          ]
        : [],
    ),
  );
  return section('Accepted findings', items);
}

function acceptance({ by, reason, until }: Acceptance): string {
  return `${by}${until === null ? '' : ` until ${until}`}: ${reason}`;
}

function notJudgedSection({ repositories }: Audit): string {
  const items = repositories.flatMap(({ name, notJudged }) =>
    notJudged.map(({ file, start, job, step, reason }) => {
      const what = [job, step].filter((part) => part !== null).join(' · ');
      return `<li><code>${text(place(repositories, name, `${file}:${start.line}`))}</code> ${text(what)}<br><span class="why">${text(reason)}</span></li>`;
    }),
  );
  return section('Steps that are not judged', items);
}

function deadSection({ repositories }: Audit): string {
  const items = repositories.flatMap(({ name, dead }) =>
    dead.map(
      ({ file, message }) =>
        `<li><code>${text(place(repositories, name, file))}</code> ${text(message)}</li>`,
    ),
  );
  return section('Workflows that never run', items);
}

function place(repositories: readonly RepositoryAudit[], name: string, at: string): string {
  return repositories.length > 1 ? `${name}/${at}` : at;
}

function section(title: string, items: readonly string[]): string {
  if (items.length === 0) return '';
  return `<details class="more"><summary>${title} <span class="tag">${items.length}</span></summary><ul>
${items.join('\n')}
</ul></details>`;
}

const dialog = `<dialog id="cell" aria-labelledby="cell-title">
<div class="bar-top"><button type="button" class="plain" id="previous" aria-label="previous event">←</button><button type="button" class="plain" id="next" aria-label="next event">→</button><span id="position"></span><button type="button" class="plain" id="close" aria-label="close">✕</button></div>
<h2 id="cell-title"></h2>
<p id="cell-verdict"></p>
<p id="cell-reason"></p>
<p id="cell-accepted" class="why"></p>
<div id="cell-code"></div>
</dialog>`;
