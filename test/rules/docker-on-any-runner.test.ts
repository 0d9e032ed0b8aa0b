import { describe, expect, it } from 'vitest';
import { toldBy } from '../support/one-rule.js';

const told = (
  labels: string,
  step: string,
  options: Readonly<Record<string, unknown>> = { labels: ['docker-host'] },
) =>
  toldBy(
    'docker-on-any-runner',
    `on: push\njobs:\n  a:\n    runs-on: ${labels}\n    steps:\n      - ${step}\n`,
    { options },
  );

describe('a job that needs docker', () => {
  it.each<[labels: string, step: string, said: string[]]>([
    ['ubuntu-latest', 'run: docker build .', ['unpinned:4']],
    ['[self-hosted, x64]', 'run: sudo /usr/bin/docker push x', ['unpinned:4']],
    ['ubuntu-latest', 'run: if make; then docker push x; fi', ['unpinned:4']],
    ['ubuntu-latest', 'uses: docker/build-push-action@v6', ['unpinned:4']],
    ['ubuntu-latest', 'uses: docker://alpine:3', ['unpinned:4']],
    ['ubuntu-latest', 'run: docker info | head -5', ['unpinned:4']],
    [
      'ubuntu-latest',
      'run: printf %s "$PASSWORD" | sudo -u ci docker login --password-stdin',
      ['unpinned:4'],
    ],
    ['ubuntu-latest', 'run: cat images.txt | xargs -n 1 docker pull', ['unpinned:4']],
    ['ubuntu-latest', 'run: timeout 60 env A=b docker build .', ['unpinned:4']],
    ['ubuntu-latest', 'run: make && bash -ec "cd image; docker build ."', ['unpinned:4']],
    ['ubuntu-latest', "run: sudo sh -c 'docker ps | grep x'", ['unpinned:4']],
    ['ubuntu-latest', "run: eval 'docker push x'", ['unpinned:4']],
    ['ubuntu-latest', 'run: "bash <<END\\ndocker ps\\nEND\\n"', ['unpinned:4']],
    ['ubuntu-latest', 'run: if command -v docker; then echo yes; fi', []],
    ['ubuntu-latest', 'run: ssh host docker ps', []],
    ['ubuntu-latest', 'run: bash docker', []],
    ['ubuntu-latest', "run: echo 'docker ps' | tee script.sh", []],
    ['docker-host', 'run: docker build .', []],
    ['[docker-host, x64]', 'run: docker build .', []],
    ['"${{ matrix.on }}"', 'run: docker build .', []],
    ['ubuntu-latest', 'run: echo docker build .', []],
    ['ubuntu-latest', 'uses: actions/checkout@v4', []],
  ])('on %s: %s', (labels, step, said) => {
    expect(told(labels, step)).toEqual(said);
  });

  it('is judged by other commands and actions where the options say so', () => {
    const options = { labels: ['p'], commands: ['podman'], actions: ['acme/image'] };
    expect(told('x', 'run: podman build .', options)).toEqual(['unpinned:4']);
    expect(told('x', 'run: docker build .', options)).toEqual([]);
    expect(told('x', 'uses: acme/image@v1', options)).toEqual(['unpinned:4']);
  });

  it('is not judged where nobody says which runners have it', () => {
    expect(told('x', 'run: docker build .', {})).toEqual([
      'not judged: which runners have docker is told by its option labels',
    ]);
  });
});
