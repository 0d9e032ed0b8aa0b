/** The style of the page: light and dark, for screens from a phone's to a wall's, and for paper. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1a1d23; --soft: #5a6270; --line: #d9dde4; --focus: #1f5fd0; --code: #f3f5f8;
  --open: #b3161f; --masked: #8a4b00; --unknown: #6b3fa0; --fork: #1b5fae; --optional: #0b6b74; --closed: #1d6b34; --unused: #5a6270;
  --open-bg: #fde8e8; --masked-bg: #fdefd9; --unknown-bg: #f1e9fb; --fork-bg: #e4eefb; --optional-bg: #def2f3; --closed-bg: #e1f3e5; --unused-bg: #eceef1;
  --mark: #ffe08a; --mark-ink: #1a1d23;
}
@media (prefers-color-scheme: dark) {
  :root:not([data-theme="light"]) {
    --page: #12151a; --card: #1a1e25; --ink: #e8ebf0; --soft: #a2abba; --line: #313846; --focus: #7fb0ff; --code: #12161c;
    --open: #ff9a97; --masked: #f5b76a; --unknown: #cbaaf5; --fork: #8fc0ff; --optional: #79d4dc; --closed: #86d99a; --unused: #a2abba;
    --open-bg: #43191d; --masked-bg: #3d2b12; --unknown-bg: #2e2340; --fork-bg: #182d47; --optional-bg: #12343a; --closed-bg: #163522; --unused-bg: #272d37;
    --mark: #6d5410; --mark-ink: #fff4d0;
  }
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] {
  color-scheme: dark;
  --page: #12151a; --card: #1a1e25; --ink: #e8ebf0; --soft: #a2abba; --line: #313846; --focus: #7fb0ff; --code: #12161c;
  --open: #ff9a97; --masked: #f5b76a; --unknown: #cbaaf5; --fork: #8fc0ff; --optional: #79d4dc; --closed: #86d99a; --unused: #a2abba;
  --open-bg: #43191d; --masked-bg: #3d2b12; --unknown-bg: #2e2340; --fork-bg: #182d47; --optional-bg: #12343a; --closed-bg: #163522; --unused-bg: #272d37;
  --mark: #6d5410; --mark-ink: #fff4d0;
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
code, .lines { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .92em; }
main, .top, footer { max-width: 1400px; margin: 0 auto; padding: 0 24px; }
.top { display: flex; justify-content: space-between; align-items: flex-start; gap: 16px; padding-top: 28px; }
.brand { margin: 0; color: var(--soft); font-weight: 600; letter-spacing: .02em; }
h1 { margin: 2px 0 0; font-size: 26px; line-height: 1.25; letter-spacing: -.01em; text-wrap: balance; }
.sub, .lead, .trend, footer { color: var(--soft); }
.sub, .lead { margin: 4px 0 0; }
button, select, input { font: inherit; color: inherit; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.plain { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 6px 12px; cursor: pointer; }
.plain:hover:not(:disabled) { border-color: var(--soft); }
.plain:disabled { opacity: .4; cursor: default; }
.v-fails-open { --v: var(--open); --v-bg: var(--open-bg); }
.v-masked { --v: var(--masked); --v-bg: var(--masked-bg); }
.v-not-judged { --v: var(--unknown); --v-bg: var(--unknown-bg); }
.v-soft-on-forks { --v: var(--fork); --v-bg: var(--fork-bg); }
.v-optional { --v: var(--optional); --v-bg: var(--optional-bg); }
.v-fails-closed { --v: var(--closed); --v-bg: var(--closed-bg); }
.v-unused { --v: var(--unused); --v-bg: var(--unused-bg); }
.overview { margin-top: 20px; }
.tiles { display: grid; grid-template-columns: repeat(7, 1fr); gap: 10px; margin: 14px 0 10px; }
.tile { display: flex; flex-direction: column; align-items: flex-start; gap: 2px; text-align: left; padding: 12px 14px; border: 1px solid var(--line); border-top: 3px solid var(--v); border-radius: 10px; background: var(--card); cursor: pointer; }
.tile:hover:not(:disabled) { border-color: var(--v); }
.tile[aria-pressed="true"] { background: var(--v-bg); border-color: var(--v); box-shadow: inset 0 0 0 1px var(--v); }
.tile:disabled { opacity: .5; cursor: default; }
.count { font-size: 26px; font-weight: 650; line-height: 1.1; font-variant-numeric: tabular-nums; }
.name { color: var(--v); font-size: 13.5px; font-weight: 600; }
.bar { display: block; width: 100%; height: 8px; border-radius: 4px; overflow: hidden; }
.bar rect { fill: var(--v); }
.tools { display: flex; flex-wrap: wrap; align-items: end; gap: 10px; margin: 22px 0 12px; }
.tools label span { display: block; color: var(--soft); font-size: 12.5px; }
.tools input, .tools select { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 6px 10px; height: 37px; }
.tools select { max-width: 240px; }
.search { flex: 1 1 260px; }
.search input { width: 100%; }
#shown { margin: 0 0 6px auto; color: var(--soft); font-variant-numeric: tabular-nums; }
table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: clip; }
thead th { position: sticky; top: 0; z-index: 1; background: var(--card); border-bottom: 1px solid var(--line); text-align: left; padding: 8px 14px; font-size: 13px; color: var(--soft); font-weight: 600; }
.sort { white-space: nowrap; background: none; border: 0; padding: 2px 0; color: inherit; font-weight: inherit; cursor: pointer; }
.sort::after { content: " ↕"; opacity: .4; }
[aria-sort="ascending"] .sort::after { content: " ↑"; opacity: 1; }
[aria-sort="descending"] .sort::after { content: " ↓"; opacity: 1; }
tbody td, tbody th { padding: 9px 14px; border-top: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
tbody tr:first-child > * { border-top: 0; }
tbody th code { font-weight: 650; }
tbody td:first-child { box-shadow: inset 3px 0 0 var(--v); white-space: nowrap; }
tbody tr:hover > * { background: color-mix(in srgb, var(--v-bg) 28%, transparent); }
.job { color: var(--soft); }
.badge { display: inline-block; padding: 1px 9px; border-radius: 99px; color: var(--v); background: var(--v-bg); font-size: 13px; font-weight: 600; white-space: nowrap; }
.sign { display: inline-block; min-width: 1em; text-align: center; }
.tag { display: inline-block; padding: 0 7px; border: 1px solid var(--line); border-radius: 99px; color: var(--soft); font-size: 12px; white-space: nowrap; }
.tag.bad { border-color: currentColor; color: var(--masked); font-weight: 600; }
tbody th { min-width: 190px; max-width: 300px; }
.chips { min-width: 220px; }
.chip { margin: 0 5px 5px 0; padding: 1px 9px; border: 1px solid color-mix(in srgb, var(--v) 45%, transparent); border-radius: 7px; background: var(--v-bg); color: var(--v); font-size: 13px; cursor: pointer; }
.chip:hover { border-color: var(--v); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.empty { padding: 28px; text-align: center; color: var(--soft); background: var(--card); border: 1px dashed var(--line); border-radius: 12px; }
.alert { margin-top: 20px; padding: 12px 18px; border: 1px solid var(--open); border-radius: 12px; background: var(--open-bg); }
.alert h2 { margin: 0; font-size: 17px; color: var(--open); }
.alert p { margin: 2px 0 6px; }
.alert summary { cursor: pointer; font-weight: 600; }
.alert ul { margin: 0; padding-left: 20px; overflow-wrap: anywhere; }
.more { margin-top: 14px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 10px 18px; }
.more summary { cursor: pointer; font-weight: 600; }
.more ul { padding-left: 20px; overflow-wrap: anywhere; }
.more li { margin: 6px 0; }
.why { color: var(--soft); }
footer { padding-top: 18px; padding-bottom: 40px; font-size: 13.5px; }
footer p { margin: 4px 0; }
dialog { width: min(960px, calc(100vw - 32px)); max-height: calc(100dvh - 48px); padding: 16px 22px 22px; border: 1px solid var(--line); border-radius: 14px; background: var(--card); color: var(--ink); overflow: auto; box-shadow: 0 18px 60px rgb(0 0 0 / .35); }
dialog::backdrop { background: rgb(10 12 16 / .55); }
.bar-top { display: flex; align-items: center; gap: 8px; color: var(--soft); font-size: 13.5px; }
.bar-top #close { margin-left: auto; }
dialog h2 { margin: 12px 0 4px; font-size: 19px; line-height: 1.35; overflow-wrap: anywhere; }
dialog p { margin: 4px 0; overflow-wrap: anywhere; }
dialog p:empty { display: none; }
figure.code { margin: 14px 0 0; border: 1px solid var(--line); border-radius: 10px; overflow: hidden; background: var(--code); }
figcaption { padding: 6px 14px; border-bottom: 1px solid var(--line); color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
.lines { overflow-x: auto; padding: 8px 0; tab-size: 4; font-size: 13px; line-height: 1.6; }
.line, .label, .gap { min-width: max-content; padding-right: 14px; }
.line code { font-size: 1em; white-space: pre; }
.number { display: inline-block; width: 4.5em; padding-right: 1.4em; text-align: right; color: var(--soft); user-select: none; }
.gap { padding-left: 3em; color: var(--soft); line-height: 1.1; }
.label { padding-left: 4.5em; font: 13px/1.5 system-ui, sans-serif; }
.label, mark { color: var(--ink); }
mark { background: var(--mark); color: var(--mark-ink); border-radius: 3px; }
.step { display: inline-block; min-width: 1.5em; padding: 0 .4em; border-radius: 99px; text-align: center; background: var(--mark); color: var(--mark-ink); font-weight: 650; font-size: 12px; }
@media (max-width: 1000px) { .tiles { grid-template-columns: repeat(4, 1fr); } }
@media (max-width: 760px) {
  main, .top, footer { padding-left: 14px; padding-right: 14px; }
  h1 { font-size: 22px; }
  .tiles { grid-template-columns: repeat(2, 1fr); gap: 8px; }
  .tile { padding: 8px 12px; }
  .count { font-size: 21px; }
  .tools label, .tools select { flex: 1 1 44%; max-width: none; width: 100%; }
  .tools .search { flex-basis: 100%; }
  table, tbody, tr, tbody td, tbody th { display: block; border: 0; }
  thead { display: none; }
  table { background: none; overflow: visible; }
  tbody tr { margin-bottom: 10px; padding: 10px 12px; background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--v); border-radius: 10px; }
  tbody td, tbody th { padding: 3px 0; }
  tbody td:first-child { box-shadow: none; }
  tbody tr:hover > * { background: none; }
  tbody th { max-width: none; }
  .chips { min-width: 0; padding-top: 6px; }
  .chip { padding: 5px 11px; margin-bottom: 7px; }
  dialog { width: 100vw; max-width: 100vw; height: 100dvh; max-height: 100dvh; margin: 0; border: 0; border-radius: 0; padding: 12px 14px 20px; }
  .number { width: 3.2em; padding-right: 1em; }
  .label { padding-left: 3.2em; min-width: 0; white-space: normal; }
}
@media (prefers-reduced-motion: no-preference) { .tile, .chip, .plain { transition: border-color .12s, background-color .12s; } }
@media print {
  .tools, #theme, dialog { display: none; }
  body { background: none; }
  thead th { position: static; }
  tr { break-inside: avoid; }
}
`;
