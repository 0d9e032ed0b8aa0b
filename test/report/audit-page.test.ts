import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { renderAuditHtml } from '../../src/report/audit/html.js';
import { audit, cell, repository, row } from '../support/audits.js';
import { type Page, startBrowser } from '../support/browser.js';

// The page as a browser shows it. With SHOTS=<folder> in the environment pictures of it are left there.

const hostile = '</script><img src=x onerror="window.hit = 1"><b>';

const whole = audit([
  repository('shop', [
    row('fails-open', {
      cells: [
        cell('fails-open', { context: 'push' }),
        cell('fails-open', { context: 'schedule', together: ['OTHER_TOKEN'] }),
        cell('soft-on-forks', { context: 'pull_request:fork', trusted: false }),
      ],
    }),
    row('fails-closed', { secret: 'AWS_KEY', job: 'upload', cells: [cell('fails-closed')] }),
    row('not-judged', {
      secret: 'zeta',
      cells: [cell('not-judged', { context: 'schedule', reason: 'ruby scripts are not modelled' })],
    }),
  ]),
  repository('tools', [
    row('masked', {
      secret: hostile,
      file: hostile,
      job: hostile,
      cells: [cell('masked', { reason: hostile })],
    }),
    row('optional', {
      secret: 'CODECOV_TOKEN',
      cells: [cell('optional', { accepted: { by: 'directive', reason: hostile, until: null } })],
    }),
  ]),
]);

const confirmed = { verdict: 'confirmed', reason: 'without the secret the job is green' } as const;
const contradicted = { verdict: 'contradicted', reason: hostile } as const;

/** An audit whose findings have been replayed, in a repository of an unkind name. */
const replayed = audit([
  repository(
    hostile,
    [
      row('fails-open', { cells: [cell('fails-open', { replay: confirmed })] }),
      row('fails-open', { secret: hostile, cells: [cell('fails-open', { replay: contradicted })] }),
      row('masked', {
        secret: 'zeta',
        cells: [cell('masked', { replay: { verdict: 'not-replayable', reason: hostile } })],
      }),
    ],
    {
      findings: [confirmed, contradicted].map((replay, index) => ({
        rule: 'missing-secret-exits-zero',
        message: hostile,
        severity: 'error',
        confidence: 'proved',
        file: hostile,
        start: { line: 4, column: 5 },
        job: 'publish',
        secrets: [hostile],
        fingerprint: `f${index}`,
        accepted: null,
        replay,
      })),
    },
  ),
]);

let browser: { readonly page: Page; close(): Promise<void> };
let page: Page;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hardfail-page-'));
  writeFileSync(join(folder, 'audit.html'), renderAuditHtml(whole));
  writeFileSync(join(folder, 'replayed.html'), renderAuditHtml(replayed));
  writeFileSync(join(folder, 'empty.html'), renderAuditHtml(audit([repository('none', [])])));
  browser = await startBrowser();
  page = browser.page;
}, 60_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await page.theme('light');
  await page.size(1280, 900);
  await page.open(join(folder, 'audit.html'));
});

/** The secrets of the rows that can be seen, in order. */
function secrets(): Promise<string[]> {
  return page.evaluate(
    `[...document.querySelectorAll('tbody tr')].filter((line) => line.checkVisibility()).map((line) => line.querySelector('th').textContent)`,
  );
}

function textOf(selector: string): Promise<string> {
  return page.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`);
}

function click(selector: string): Promise<void> {
  return page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
}

/** Chooses or types as a person does, with the events of that. */
function enter(id: string, value: string): Promise<void> {
  const set = `const field = document.getElementById('${id}'); field.value = ${JSON.stringify(value)};`;
  return page.evaluate(
    `{ ${set} for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true })); }`,
  );
}

const open = 'DEPLOY_TOKEN';
const everything = [open, hostile, 'zeta', 'CODECOV_TOKEN', 'AWS_KEY'];

describe('the page of an audit', () => {
  it('shows every row, the worst first, breaks none of its own rules and asks for nothing', async () => {
    expect(await secrets()).toEqual(everything);
    expect(page.complaints()).toEqual([]);
    expect(await page.evaluate('document.title')).toBe('secrets · hardfail audit');
    expect(await textOf('#shown')).toBe('5 rows');
  });

  it('lets no text of an input become an element or run', async () => {
    await click('tr[data-row="1"] .chip');
    expect(await textOf('#cell-title')).toContain(hostile);
    expect(await page.evaluate('[window.hit, document.images.length]')).toEqual([null, 0]);
    expect(await page.evaluate(`document.querySelectorAll('b').length`)).toBe(0);
    expect(page.complaints()).toEqual([]);
  });

  it('runs nothing that is put into it later', async () => {
    await page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.hit = 1"><p style="color: red">x</p>')`,
    );
    await page.evaluate(
      `{ const script = document.createElement('script'); script.textContent = 'window.hit = 1'; document.body.append(script); }`,
    );
    expect(await page.evaluate('window.hit ?? null')).toBeNull();
    const color = `getComputedStyle(document.body.lastElementChild.previousElementSibling).color`;
    expect(await page.evaluate(color)).not.toBe('rgb(255, 0, 0)');
    expect(page.complaints().length).toBeGreaterThan(0);
  });

  it('is searched word by word, in all that a row says', async () => {
    await enter('search', 'publish ZETA');
    expect(await secrets()).toEqual(['zeta']);
    expect(await textOf('#shown')).toBe('1 of 5 rows');
    await enter('search', 'ruby not judged');
    expect(await secrets()).toEqual(['zeta']);
    await enter('search', 'nothing at all');
    expect(await secrets()).toEqual([]);
    expect(await page.evaluate(`document.getElementById('none').checkVisibility()`)).toBe(true);
    await click('#reset');
    expect(await secrets()).toEqual(everything);
  });

  it('is filtered by verdict, repository and event, together', async () => {
    await click('.tile[data-verdict="fails-open"]');
    await click('.tile[data-verdict="masked"]');
    expect(await secrets()).toEqual([open, hostile]);
    await enter('repository', 'tools');
    expect(await secrets()).toEqual([hostile]);
    await enter('repository', '');
    await enter('context', 'schedule');
    expect(await secrets()).toEqual([open]);
    await click('.tile[data-verdict="fails-open"]');
    await click('.tile[data-verdict="masked"]');
    expect(await secrets()).toEqual([open, 'zeta']);
    const disabled = `document.querySelector('.tile[data-verdict="unused"]').disabled`;
    expect(await page.evaluate(disabled)).toBe(true);
  });

  it('is sorted by its columns, forth and back', async () => {
    await click('.sort[data-sort="secret"]');
    const up = [hostile, 'AWS_KEY', 'CODECOV_TOKEN', open, 'zeta'];
    expect(await secrets()).toEqual(up);
    const state = `document.querySelector('.sort[data-sort="secret"]').closest('th').getAttribute('aria-sort')`;
    expect(await page.evaluate(state)).toBe('ascending');
    await click('.sort[data-sort="secret"]');
    expect(await secrets()).toEqual(up.toReversed());
    expect(await page.evaluate(state)).toBe('descending');
    await enter('sort', 'repository');
    expect(await secrets()).toEqual([open, 'zeta', 'AWS_KEY', hostile, 'CODECOV_TOKEN']);
  });

  it('shows the code behind each event, with what is said of it', async () => {
    await click('.chip[data-row="0"][data-cell="1"]');
    expect(await textOf('#cell-title')).toBe('DEPLOY_TOKEN in publish on schedule');
    expect(await textOf('#cell-reason')).toBe(
      'the step is skipped, and the job is green, where OTHER_TOKEN is missing too',
    );
    expect(
      await page.evaluate(`[...document.querySelectorAll('mark')].map((mark) => mark.textContent)`),
    ).toEqual(['${{ secrets.DEPLOY_TOKEN', 'exit 0']);
    expect(
      await page.evaluate(`[...document.querySelectorAll('.label')].map((label) => label.textContent)`),
    ).toEqual([
      "1 the secret enters here; missing, it is ''",
      '2 the step ends here with status 0, and the job is green',
    ]);
    expect(await page.evaluate(`document.querySelectorAll('.gap').length`)).toBe(1);
  });

  it('is used without a mouse', async () => {
    const focused = () =>
      page.evaluate<string>(`document.activeElement.dataset.cell ?? document.activeElement.id`);
    await page.press('/');
    expect(await focused()).toBe('search');
    await page.type('deploy_token');
    expect(await secrets()).toEqual([open]);
    await page.evaluate(`document.querySelector('#reset').focus()`);
    for (let tabs = 0; tabs < 5; tabs++) await page.press('Tab');
    expect(await focused()).toBe('0');
    await page.press('Enter');
    expect(await page.evaluate(`document.getElementById('cell').open`)).toBe(true);
    expect(await textOf('#position')).toBe('1 of 3');
    await page.press('ArrowRight');
    await page.press('ArrowRight');
    await page.press('ArrowRight');
    expect(await textOf('#cell-title')).toBe('DEPLOY_TOKEN in publish on pull_request:fork');
    await page.press('ArrowLeft');
    expect(await textOf('#position')).toBe('2 of 3');
    await page.press('Escape');
    expect(await page.evaluate(`document.getElementById('cell').open`)).toBe(false);
    await expect.poll(focused).toBe('1');
  });

  it.each(['light', 'dark'] as const)('is legible when it is %s, on a phone too', async (theme) => {
    await page.theme(theme);
    for (const [width, height] of [
      [1280, 900],
      [390, 844],
    ] as const) {
      await page.size(width, height);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await page.evaluate(contrasts)).toEqual([]);
      await picture(`audit-${theme}-${width}`);
      await click('.chip');
      expect(await page.evaluate(contrasts)).toEqual([]);
      expect(await page.evaluate(`document.getElementById('cell').scrollWidth`)).toBeLessThanOrEqual(width);
      await picture(`audit-${theme}-${width}-cell`);
      await page.press('Escape');
    }
  });

  it('changes between light and dark by its button', async () => {
    const background = 'getComputedStyle(document.body).backgroundColor';
    const light = await page.evaluate(background);
    await click('#theme');
    const dark = await page.evaluate(background);
    expect(dark).not.toBe(light);
    await click('#theme');
    expect(await page.evaluate(background)).toBe(light);
    await page.theme('dark');
    expect(await page.evaluate(background)).toBe(light);
    await click('#theme');
    expect(await page.evaluate(background)).toBe(dark);
  });

  it.each(['light', 'dark'] as const)(
    'tells what was replayed, when it is %s, on a phone too',
    async (theme) => {
      await page.theme(theme);
      for (const width of [1280, 390]) {
        await page.size(width, 900);
        await page.open(join(folder, 'replayed.html'));
        expect(await textOf('.overview .trend')).toBe(
          '2\u00a0findings replayed: 1\u00a0confirmed · 1\u00a0contradicted · 0\u00a0not replayable',
        );
        expect(
          await page.evaluate(`[...document.querySelectorAll('tbody .tag')].map((tag) => tag.textContent)`),
        ).toEqual(['confirmed', 'contradicted']);
        await page.evaluate(`{ for (const part of document.querySelectorAll('details')) part.open = true; }`);
        expect(await textOf('main')).toContain('Contradicted by a replay, which is a bug of hardfail');
        expect(await page.evaluate(contrasts)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        await picture(`replayed-${theme}-${width}`);
        await click('tr[data-row="1"] .chip');
        expect(await textOf('#cell-reason')).toContain(`CONTRADICTED in the sandbox: ${hostile}`);
        expect(await page.evaluate(contrasts)).toEqual([]);
        await page.press('Escape');
      }
      expect(
        await page.evaluate(`[window.hit, document.images.length, document.querySelectorAll('b').length]`),
      ).toEqual([null, 0, 0]);
      expect(page.complaints()).toEqual([]);
    },
  );

  it('finds what was replayed by its verdict', async () => {
    await page.open(join(folder, 'replayed.html'));
    await enter('search', 'not replayable');
    expect(await secrets()).toEqual(['zeta']);
    await enter('search', 'confirmed in the sandbox');
    expect(await secrets()).toEqual([open]);
  });

  it('has something to say where there is nothing to show', async () => {
    await page.open(join(folder, 'empty.html'));
    expect(await textOf('main')).toContain('No secret reaches a job.');
    await click('#theme');
    expect(page.complaints()).toEqual([]);
  });
});

async function picture(name: string): Promise<void> {
  const { SHOTS } = process.env;
  if (SHOTS) writeFileSync(join(SHOTS, `${name}.png`), await page.screenshot());
}

/** Texts that stand out too little against what is behind them (WCAG 2.2, 1.4.3); what cannot be used may be faint. */
const contrasts = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    if (!own || !element.checkVisibility() || element.closest(':disabled, .hidden')) continue;
    const [one, other] = [luminance(rgba(getComputedStyle(element).color)), luminance(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) faint.push(element.tagName + '.' + element.className + ' ' + ratio.toFixed(2));
  }
  return faint;
})()`;
