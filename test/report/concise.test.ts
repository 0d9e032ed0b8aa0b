import { expect, it } from 'vitest';
import { renderConcise } from '../../src/report/concise.js';
import { at, clean, finding, plain, withFindings, workflow } from './results.js';

it('is one line per finding and per error, then the summary', () => {
  const early = { ...finding, severity: 'note' as const, message: 'two\nlines', span: at(workflow, 'jobs') };
  const result = {
    ...withFindings(finding, early),
    errors: [
      { file: workflow.path, span: at(workflow, 'on'), message: 'bad shape' },
      { file: 'gone.yml', span: null, message: 'cannot be read' },
    ],
  };
  expect(renderConcise(result, plain)).toMatchInlineSnapshot(`
    ".gitea/workflows/mirror.yml:2:1: note[missing-secret-exits-zero] two␊lines
    .gitea/workflows/mirror.yml:13:13: error[missing-secret-exits-zero] step "Push the mirror" passes without MIRROR_KEY
    .gitea/workflows/mirror.yml:1:1: error: bad shape
    gone.yml: error: cannot be read
    incomplete (2 problems above) · 1 error, 1 note · 12 files · 31 jobs · 140 steps judged, 3 not judged (--format json lists them)
    "
  `);
});

it('says so when there is nothing to say', () => {
  expect(renderConcise(clean, plain)).toBe(
    'no findings · 12 files · 31 jobs · 140 steps judged, 3 not judged (--format json lists them)\n',
  );
});

it('counts what was accepted, by whom', () => {
  const by = (who: 'directive' | 'baseline') => ({ finding, by: who, reason: 'known', until: null });
  const suppressed = [by('baseline'), by('directive'), by('baseline')];
  expect(renderConcise({ ...clean, suppressed }, plain)).toContain(
    'no findings · 1 ignored, 2 in the baseline · 12 files',
  );
});

it('shows what was accepted where that is asked for', () => {
  const suppressed = [
    { finding, by: 'directive', reason: 'the mirror is down', until: '2027-01-31' } as const,
  ];
  const [line] = renderConcise({ ...clean, suppressed }, { ...plain, showSuppressed: true }).split('\n');
  expect(line).toBe(
    '.gitea/workflows/mirror.yml:13:13: accepted[missing-secret-exits-zero] step "Push the mirror" passes without MIRROR_KEY (ignored until 2027-01-31: the mirror is down)',
  );
  expect(renderConcise({ ...clean, suppressed }, plain)).not.toContain('accepted');
});
