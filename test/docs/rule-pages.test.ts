import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.js';
import {
  betweenMarkers,
  type Example,
  lintExample,
  optionTable,
  type RulePage,
  replaceBetweenMarkers,
  rulePages,
} from './pages.js';

const headings = [
  'What it flags',
  'Why it matters',
  'Bad',
  'Good',
  'When it is fine',
  'Options',
  'How it decides',
  'Limits',
];

function label(example: Example, index: number): [string, Example] {
  return [`${index + 1}, ${example.path}`, example];
}

/** An example stands for itself: the scripts that it calls are nowhere. */
async function judged({ id, strict }: RulePage, example: Example) {
  const { notJudged, ...result } = await lintExample(example, strict ? id : null);
  const unseen = 'the repository around the file is not known';
  return { ...result, notJudged: notJudged.filter(({ reason }) => reason !== unseen) };
}

const pages = rulePages();

it('there are rule pages', () => {
  expect(pages.length).toBeGreaterThan(0);
});

describe.each(pages.map((page) => [page.id, page] as const))('the page of %s', (id, page) => {
  it('has the title, the summary and the severity on top', () => {
    expect(page.title).toBe(`# ${id}`);
    expect(page.summary).toMatch(/^[A-Z][^|]*\.$/);
    const { severity, preset } = rules.find(({ meta }) => meta.id === id)?.meta ?? {};
    expect(page).toMatchObject({ severity, strict: preset === 'strict' });
  });

  it('has the fixed headings in their order', () => {
    expect(page.headings).toEqual(headings);
  });

  it('lists the options of the rule, as it declares them', () => {
    const options = rules.find(({ meta }) => meta.id === id)?.meta.options;
    if (!options) return expect(page.options).toMatch(/^None\b/);
    const table = optionTable(options);
    if (process.env.UPDATE) {
      writeFileSync(page.path, replaceBetweenMarkers(readFileSync(page.path, 'utf8'), 'options', table));
    }
    expect(betweenMarkers(readFileSync(page.path, 'utf8'), 'options')).toBe(table);
  });

  it('has examples of both kinds', () => {
    expect(page.bad.length).toBeGreaterThan(0);
    expect(page.good.length).toBeGreaterThan(0);
  });

  it.each(page.bad.map(label))('is right that example %s is bad', async (_, example) => {
    const { findings, errors, notJudged } = await judged(page, example);
    expect({ errors, notJudged }).toEqual({ errors: [], notJudged: [] });
    expect([...new Set(findings.map((finding) => finding.rule))]).toEqual([id]);
    expect([...new Set(findings.map((finding) => finding.severity))]).toEqual([page.severity]);
  });

  it.each(page.good.map(label))('is right that example %s is good', async (_, example) => {
    const { findings, errors, notJudged } = await judged(page, example);
    expect({ errors, notJudged, findings }).toEqual({ errors: [], notJudged: [], findings: [] });
  });
});
