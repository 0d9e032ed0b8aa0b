import { describe, expect, it } from 'vitest';
import { unfollowedProgram } from '../../src/facts/unfollowed.js';

function reasonOf(line: string): string | null {
  const [name = '', ...args] = line.split(' ');
  return unfollowedProgram(
    name,
    args.map((arg) => (arg === '?' ? null : arg)),
  );
}

describe('what does as a file of the repository says, in a language that is not modelled', () => {
  it.each([
    ['just', 'just runs the justfile, which is not modelled'],
    ['just deploy prod', 'just runs the justfile, which is not modelled'],
    ['just --justfile ci/justfile deploy', 'just runs the justfile, which is not modelled'],
    ['just ?', 'just runs the justfile, which is not modelled'],
    ['go-task deploy', 'go-task runs the Taskfile, which is not modelled'],
    ['bundle exec rake deploy', 'rake runs the Rakefile, which is not modelled'],
    ['sudo -u ci rake', 'rake runs the Rakefile, which is not modelled'],
    ['deno task deploy', 'deno task runs the tasks of deno.json, which is not modelled'],
    ['cargo xtask deploy', 'cargo xtask runs a program of the repository, which is not modelled'],
    ['go run ./cmd/deploy', 'go run runs a program of the repository, which is not modelled'],
    ['nx run-many -t deploy', 'nx run-many runs targets of several projects, which is not modelled'],
    ['ruby -w scripts/deploy.rb -e prod', 'ruby runs a Ruby program, which is not modelled'],
    ['perl -I lib scripts/deploy.pl', 'perl runs a Perl program, which is not modelled'],
    ['perl ?', 'perl runs a Perl program, which is not modelled'],
  ])('%s', (line, reason) => {
    expect(reasonOf(line)).toBe(reason);
  });

  it.each([
    ['just --list'],
    ['just deploy --dry-run'],
    ['task --version'],
    ['rake -T'],
    ['cargo test'],
    ['cargo ?'],
    ['cargo'],
    ['deno'],
    ['go build ./...'],
    ['perl -pe s/a/b/'],
    ['perl -i.bak -0pe s/a/b/ file'],
    ['ruby -rjson -e p'],
    ['ruby'],
    ['php -r 1;'],
    ['ruby --version'],
    ['command -v just'],
    ['deploy'],
    ['?'],
  ])('is not %s', (line) => {
    expect(reasonOf(line)).toBeNull();
  });
});
