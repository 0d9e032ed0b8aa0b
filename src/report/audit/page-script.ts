/** The script of the page. It puts texts into the page as texts and nothing else, and asks nobody for anything. */
export const pageScript = String.raw`'use strict';
(() => {
  const rows = JSON.parse(document.getElementById('rows').textContent);
  const find = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const table = find('table');

  // --- light and dark
  const theme = find('theme');
  theme.addEventListener('click', () => {
    const root = document.documentElement;
    const dark = root.dataset.theme
      ? root.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  });
  if (!table) return;

  // --- filters
  const search = find('search');
  const repository = find('repository');
  const context = find('context');
  const tiles = all('.tile');
  const lines = all('tbody tr');
  const shown = find('shown');

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(tiles.filter((tile) => tile.getAttribute('aria-pressed') === 'true').map((tile) => tile.dataset.verdict));
    let count = 0;
    for (const line of lines) {
      const row = rows[line.dataset.row];
      const own = context.value ? row.cells.filter((cell) => cell.context === context.value) : row.cells;
      const fits =
        words.every((word) => row.words.includes(word)) &&
        (!repository || !repository.value || row.repository === repository.value) &&
        own.length > 0 &&
        (wanted.size === 0 || (context.value ? own.some((cell) => wanted.has(cell.verdict)) : wanted.has(row.verdict)));
      line.hidden = !fits;
      if (fits) count++;
    }
    shown.textContent = count === lines.length ? count + ' rows' : count + ' of ' + lines.length + ' rows';
    find('none').hidden = count > 0;
    table.hidden = count === 0;
  };
  search.addEventListener('input', filter);
  context.addEventListener('change', filter);
  if (repository) repository.addEventListener('change', filter);
  for (const tile of tiles) {
    tile.addEventListener('click', () => {
      tile.setAttribute('aria-pressed', String(tile.getAttribute('aria-pressed') !== 'true'));
      filter();
    });
  }
  find('reset').addEventListener('click', () => {
    search.value = '';
    context.value = '';
    if (repository) repository.value = '';
    for (const tile of tiles) tile.setAttribute('aria-pressed', 'false');
    filter();
    search.focus();
  });

  // --- order
  const order = ${JSON.stringify([
    'fails-open',
    'masked',
    'not-judged',
    'soft-on-forks',
    'optional',
    'fails-closed',
    'unused',
  ])};
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const keys = {
    verdict: (a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict),
    secret: (a, b) => compare(a.secret.toLowerCase(), b.secret.toLowerCase()),
    repository: (a, b) => compare(a.repository, b.repository),
    file: (a, b) => compare(a.file, b.file) || compare(a.job, b.job),
  };
  const sort = find('sort');
  let current = 'verdict';
  let down = false;
  const arrange = (key, descending) => {
    current = key;
    down = descending;
    sort.value = key;
    const sorted = [...lines].sort((a, b) => {
      const [one, other] = [rows[a.dataset.row], rows[b.dataset.row]];
      return (descending ? -1 : 1) * keys[key](one, other) || Number(a.dataset.row) - Number(b.dataset.row);
    });
    table.tBodies[0].append(...sorted);
    for (const button of all('.sort')) {
      const state = button.dataset.sort !== key ? 'none' : descending ? 'descending' : 'ascending';
      button.closest('th').setAttribute('aria-sort', state);
    }
  };
  for (const button of all('.sort')) {
    button.addEventListener('click', () => {
      const key = button.dataset.sort;
      arrange(key, key === current && !down);
    });
  }
  sort.addEventListener('change', () => arrange(sort.value, false));

  // --- what shows a verdict
  const dialog = find('cell');
  const make = (tag, name, content) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (content !== undefined) element.textContent = content;
    return element;
  };
  const codeOf = ({ file, lines: source }) => {
    const figure = make('figure', 'code');
    figure.append(make('figcaption', '', file));
    const body = make('div', 'lines');
    body.tabIndex = 0;
    body.setAttribute('role', 'region');
    body.setAttribute('aria-label', file);
    for (const { number, gap, pieces, labels } of source) {
      if (gap) body.append(make('div', 'gap', '⋯'));
      const line = make('div', 'line');
      line.append(make('span', 'number', String(number)));
      const code = make('code');
      for (const piece of pieces) code.append(piece.mark ? make('mark', '', piece.text) : document.createTextNode(piece.text));
      line.append(code);
      body.append(line);
      for (const { mark, text } of labels) {
        const label = make('div', 'label');
        label.append(make('span', 'step', String(mark)), document.createTextNode(' ' + text));
        body.append(label);
      }
    }
    figure.append(body);
    return figure;
  };
  let open = null;
  const chips = () => all('.chip').filter((chip) => !chip.closest('tr').hidden);
  const show = (chip) => {
    open = chip;
    const row = rows[chip.dataset.row];
    const cell = row.cells[chip.dataset.cell];
    const title = find('cell-title');
    title.replaceChildren(make('code', '', row.secret), document.createTextNode(' in ' + row.job + ' on ' + cell.context));
    const badge = make('span', 'badge v-' + cell.verdict);
    const sign = make('span', 'sign', cell.sign);
    sign.setAttribute('aria-hidden', 'true');
    badge.append(sign, document.createTextNode(' ' + cell.title));
    find('cell-verdict').replaceChildren(badge, document.createTextNode(' '), make('span', 'tag', cell.confidence), document.createTextNode(' '), make('span', 'why', row.repository + ' · ' + row.file));
    find('cell-reason').textContent = cell.reason;
    find('cell-accepted').textContent = cell.accepted;
    find('cell-code').replaceChildren(...row.evidence[cell.evidence].map(codeOf));
    const others = chips();
    find('previous').disabled = others[0] === chip;
    find('next').disabled = others.at(-1) === chip;
    find('position').textContent = others.indexOf(chip) + 1 + ' of ' + others.length;
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
  };
  const move = (by) => {
    const others = chips();
    const next = others[others.indexOf(open) + by];
    if (next) show(next);
  };
  table.addEventListener('click', (event) => {
    const chip = event.target.closest('.chip');
    if (chip) show(chip);
  });
  find('previous').addEventListener('click', () => move(-1));
  find('next').addEventListener('click', () => move(1));
  find('close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  // It goes back to the event that was shown last, not to the one that was opened first.
  dialog.addEventListener('close', () => {
    if (open) open.focus();
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (dialog.open) {
      if (event.target.closest && event.target.closest('.lines')) return;
      if (event.key === 'ArrowLeft') move(-1);
      else if (event.key === 'ArrowRight') move(1);
      return;
    }
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === '/' && !typing) {
      event.preventDefault();
      search.focus();
    } else if (event.key === 'Escape' && event.target === search) {
      search.value = '';
      filter();
    }
  });
  filter();
})();
`;
