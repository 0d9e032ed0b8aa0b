import { type DockerJob, dockerJobs } from '../../src/analyse/docker.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { listed, ownerTitle } from '../../src/lint/words.js';

interface Unpinned {
  readonly use: DockerJob;
  readonly wanted: readonly string[];
}

const messages = {
  unpinned: ({ use, wanted }: Unpinned): Message => ({
    message: `${ownerTitle({ job: use.job, step: null })} uses ${use.by}, and may come to any runner labelled ${listed(use.labels)}, with docker or without`,
    help: `ask for a runner that has it: runs-on: ${wanted[0] ?? ''}`,
  }),
};

const names = (description: string) =>
  ({ description, type: 'array', items: { description: 'a name', type: 'string', minLength: 1 } }) as const;

export const rule = defineRule({
  meta: {
    id: 'docker-on-any-runner',
    severity: 'warning',
    summary: 'A job that needs docker and is not pinned to a runner that has it.',
    preset: 'strict',
    options: {
      labels: names('the labels of the runners that have docker; without them nothing can be judged'),
      commands: { ...names('the commands that need it'), default: ['docker', 'docker-compose', 'buildx'] },
      actions: {
        ...names('the actions that need it; owner/* stands for all of an owner'),
        default: ['docker/*'],
      },
    },
  },
  messages,
  check({ file, options, onEachForge, notJudged, report }) {
    if (!('triggers' in file)) return;
    const wanted = options.labels ?? [];
    if (wanted.length === 0) return notJudged('which runners have docker is told by its option labels');
    const { commands, actions } = options;
    for (const use of onEachForge((dialect) => dockerJobs(file, dialect, commands, actions))) {
      if (use.labels.some((label) => wanted.includes(label))) continue;
      report({ messageId: 'unpinned', data: { use, wanted }, about: use });
    }
  },
});
