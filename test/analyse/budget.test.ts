import { expect, it } from 'vitest';
import { analyseWorkflow, noKnowledge } from '../../src/analyse/analyse.js';
import {
  accountOf,
  budgetOnce,
  charge,
  newBudget,
  refusedBy,
  withinBudget,
} from '../../src/analyse/budget.js';
import { OutOfBudget } from '../../src/analyse/machine.js';
import { buildWorkflow } from '../../src/model/build.js';
import type { Step } from '../../src/model/model.js';
import { parseYaml } from '../../src/parse/yaml.js';

const plenty = { step: 1_000_000, secrets: 1_000_000, file: 1_000_000 };

function workflowOf(text: string) {
  return buildWorkflow(parseYaml({ path: '.github/workflows/ci.yml', text }));
}

function stepsOf(text: string): readonly Step[] {
  return workflowOf(text).jobs.flatMap((job) => job.steps);
}

const script = (name: string, lines: number) =>
  `      - name: ${name}\n        run: |\n${`          check "$TOKEN" || true\n`.repeat(lines)}`;
const head = (env: string) =>
  `on: [push, schedule]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    env:\n${env}    steps:\n`;
const token = '      TOKEN: ${{ secrets.TOKEN }}\n';
const three = head(token) + script('short', 2) + script('long', 60) + script('middle', 20);

function judged(text: string, limits: Partial<typeof plenty>) {
  const budget = newBudget({ ...plenty, ...limits });
  const { holes, notJudged } = analyseWorkflow(
    workflowOf(text),
    'github',
    null,
    noKnowledge,
    false,
    false,
    null,
    budget,
  );
  return {
    holes: holes.map((hole) => `${hole.step?.name?.scalar.text.text} ${hole.kind} ${hole.secrets}`),
    notJudged: notJudged.map(({ step, reason }) => `${step?.name?.scalar.text.text}: ${reason}`),
    total: budget.total,
  };
}

it('follows every step where there is budget enough', () => {
  const { holes, notJudged } = judged(three, {});
  expect(notJudged).toEqual([]);
  expect(new Set(holes)).toEqual(new Set(['short', 'long', 'middle'].map((name) => `${name} masked TOKEN`)));
});

it('does not judge a step that costs more than a step may, and says so; the others as ever', () => {
  const { holes, notJudged } = judged(three, { step: 300 });
  expect(notJudged).toEqual(['long: its script takes too long to follow']);
  expect(new Set(holes)).toEqual(new Set(['short masked TOKEN', 'middle masked TOKEN']));
});

it('leaves out the dearest steps of a file that costs more than a file may', () => {
  const { total } = judged(three, {});
  const { holes, notJudged } = judged(three, { file: Math.floor(total * 0.8) });
  expect(notJudged).toEqual(['long: the scripts of its file take too long to follow']);
  expect(new Set(holes)).toEqual(new Set(['short masked TOKEN', 'middle masked TOKEN']));
});

it('ends however little a file may cost, with every step counted', () => {
  const file = 50;
  const { holes, notJudged, total } = judged(head(token) + script('one', 40).repeat(30), { file });
  expect(holes).toEqual([]);
  expect(notJudged).toEqual(Array(30).fill('one: the scripts of its file take too long to follow'));
  expect(total).toBeLessThan(4 * file);
});

it('takes away as many secrets as may be, the same in every event, and tells of the steps with the others', () => {
  const names = Array.from({ length: 20 }, (_, index) => `S${index}`);
  const text =
    head(names.map((name) => `      ${name}: \${{ secrets.${name} }}\n`).join('')) +
    `      - name: guards\n        run: |\n${names.map((name) => `          [ -n "$${name}" ] || exit 0\n`).join('')}          make\n`;
  expect(judged(text, {}).holes).toHaveLength(20);
  const { holes, notJudged } = judged(text, { secrets: 300 });
  expect(notJudged).toEqual(['guards: its workflow takes too long to follow without each of its secrets']);
  expect(holes.length).toBeGreaterThan(2);
  expect(holes).toEqual(names.slice(0, holes.length).map((name) => `guards exits-zero ${name}`));
});

it('begins anew without a step that was given up: no world may have followed it', () => {
  const [first, second] = stepsOf(three);
  if (!first || !second) throw new Error('expected steps');
  const budget = newBudget({ ...plenty, step: 10 });
  const runs: string[] = [];
  withinBudget(budget, () => {
    for (const step of [first, second, first]) {
      runs.push(refusedBy(budget, step) ?? 'followed');
      if (refusedBy(budget, step) === null)
        for (let node = 0; node < 6; node++) charge(accountOf(step, budget), budget);
    }
  });
  const refused = 'its script takes too long to follow';
  expect(runs).toEqual(['followed', 'followed', 'followed', refused, 'followed', refused]);
});

it('gives up a script where it stands in a run that nobody begins anew', () => {
  const [step] = stepsOf(three);
  if (!step) throw new Error('expected a step');
  const budget = budgetOnce({ ...plenty, step: 1 });
  charge(accountOf(step, budget), budget);
  expect(() => charge(accountOf(step, budget), budget)).toThrow(OutOfBudget);
  expect(refusedBy(budget, step)).toBe('its script takes too long to follow');
});
