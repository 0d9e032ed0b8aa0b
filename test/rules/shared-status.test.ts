import { describe, expect, it } from 'vitest';
import { lintRepository, placeOf } from '../support/repository.js';

const workflow = (name: string | null, events: string, job: string) =>
  `${name === null ? '' : `name: ${name}\n`}on: [${events}]\njobs:\n  ${job}:\n    runs-on: x\n    steps: [{ run: make }]\n`;

function shared(files: Readonly<Record<string, string>>): string[] {
  return lintRepository(files)
    .findings.filter(({ rule }) => rule === 'shared-status')
    .map((finding) => `${placeOf(finding)} ${finding.message.split("'")[1]}`);
}

describe('statuses of one name', () => {
  it('are told at the later file', () => {
    expect(
      shared({
        '.gitea/workflows/a.yml': workflow('ci', 'push', 'unit'),
        '.gitea/workflows/b.yml': workflow('ci', 'push, schedule', 'unit'),
      }),
    ).toEqual(['.gitea/workflows/b.yml:4 ci / unit (push)']);
  });

  it.each<[why: string, files: Readonly<Record<string, string>>]>([
    [
      'the jobs',
      {
        '.gitea/workflows/a.yml': workflow('ci', 'push', 'unit'),
        '.gitea/workflows/b.yml': workflow('ci', 'push', 'lint'),
      },
    ],
    [
      'the events',
      {
        '.gitea/workflows/a.yml': workflow('ci', 'push', 'unit'),
        '.gitea/workflows/b.yml': workflow('ci', 'pull_request', 'unit'),
      },
    ],
    [
      'the files, without a name',
      {
        '.gitea/workflows/a.yml': workflow(null, 'push', 'unit'),
        '.gitea/workflows/b.yml': workflow(null, 'push', 'unit'),
      },
    ],
    [
      'what no status is posted for',
      {
        '.gitea/workflows/a.yml': workflow('ci', 'schedule', 'unit'),
        '.gitea/workflows/b.yml': workflow('ci', 'schedule', 'unit'),
      },
    ],
    [
      'the folders',
      {
        '.gitea/workflows/a.yml': workflow('ci', 'push', 'unit'),
        '.forgejo/workflows/a.yml': workflow('ci', 'push', 'unit'),
      },
    ],
    [
      'the runs of GitHub',
      {
        '.github/workflows/a.yml': workflow('ci', 'push', 'unit'),
        '.github/workflows/b.yml': workflow('ci', 'push', 'unit'),
      },
    ],
  ])('are none where these differ: %s', (_, files) => {
    expect(shared(files)).toEqual([]);
  });
});
