import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandEffect, type Effect, isRehearsal } from '../../src/facts/commands.js';

/** A command line without quoting; `?` is an argument of unknown text. */
function line(text: string): readonly [string, readonly (string | null)[]] {
  const [name = '', ...args] = text.split(' ').filter((part) => part !== '');
  return [name, args.map((arg) => (arg === '?' ? null : arg))];
}

const effects: readonly (readonly [Effect, readonly string[]])[] = [
  [
    'none',
    [
      'echo hello',
      ': ',
      '[ -n x ]',
      'grep -q x file',
      'sed s/a/b/ file',
      'command -v curl',
      'env',
      'xargs',
      'git rev-parse HEAD',
      'git -C sub log -1',
      'git diff HEAD~1',
      'git diff --cached --quiet',
      'git branch --show-current',
      'git tag --list v*',
      'git tag',
      'git config --get user.name',
      'git stash list',
      'sha256sum file',
      'jq -r .x',
      'npm view pkg version',
      'npm version',
      'docker --version',
      'docker ps',
      'docker manifest inspect x',
      'kubectl version --client',
      'terraform version',
      'node --version',
      'find . -name x',
      'Write-Host x',
      'sudo cat /etc/hosts',
      'timeout 5 sleep 3',
      'svu next',
    ],
  ],
  [
    'prepares',
    [
      'mkdir -p x',
      'cp a b',
      'sudo -u root apt-get install -y jq',
      'sed -i s/a/b/ file',
      'sed -i.bak s/a/b/ file',
      'yq -i .x=1 file',
      'npm ci',
      'npm --prefix web install',
      'npm config set x ?',
      'yarn',
      'yarn --frozen-lockfile',
      'pnpm install',
      'pip3.11 install twine',
      'python -m pip install x',
      'python3 -m venv .venv',
      'git config user.name x',
      'git fetch --all',
      'git -c a=b clone ?',
      'git checkout -b x',
      'git branch -f x HEAD',
      'docker login -u x --password-stdin',
      'docker pull x',
      'docker container rm x',
      'aws configure set x ?',
      'aws --region eu ecr get-login-password',
      'aws sts get-caller-identity',
      'gcloud auth activate-service-account ?',
      'kubectl config use-context x',
      'helm repo add x y',
      'gh auth login --with-token',
      'gpg --batch --import',
      'base64 -d',
      'tar xzf x',
      'ssh-keyscan host',
      'terraform init',
      'npx playwright install --with-deps',
      'find . -name x -delete',
      'openssl enc -d -aes-256-cbc -in a',
      'vercel pull --yes --token=?',
    ],
  ],
  [
    'work',
    [
      'curl -fsS https://x',
      'wget x',
      'diff a b',
      'cmp a b',
      'sha256sum -c sums',
      'shasum -a 256 --check sums',
      'git diff --exit-code',
      'git diff --quiet',
      'git push origin main',
      'git tag v1',
      'git tag -a v1 -m x',
      'git commit -m x',
      'gh release create v1',
      'gh api repos/x',
      'npm publish',
      'npm version patch',
      'npm test',
      'npm run build',
      'yarn test',
      'yarn type',
      'pnpm deploy-it',
      'lerna version',
      'docker push x',
      'docker build .',
      'docker buildx build --push .',
      'docker compose up -d',
      'docker run x',
      'terraform plan',
      'terraform validate',
      'kubectl apply -f x',
      'kubectl -n prod rollout restart deploy/x',
      'helm upgrade x y',
      'aws s3 sync a b',
      './deploy.sh',
      'deploy.sh',
      'python manage.py check',
      'python -m twine upload dist/*',
      'ssh host cmd',
      'gpg --detach-sign x',
      'openssl s_client -connect x',
      'npx semantic-release',
      'doppler run -- ./deploy.sh',
      'sudo env X=1 timeout -k 5 60 curl x',
      'bash -c ?',
      '? x',
      'git ?',
      'sudo ?',
      'find . -exec deploy {} ;',
      'eval ?',
      'twine check dist/x',
    ],
  ],
];

describe('commandEffect', () => {
  for (const [effect, lines] of effects) {
    it.each(lines)(`${effect}: %s`, (text) => {
      expect(commandEffect(...line(text))).toBe(effect);
    });
  }

  it('takes a one-line program that only prints for a computation', () => {
    expect(commandEffect('node', ['-p', "require('./package.json').version"])).toBe('none');
    expect(commandEffect('python3', ['-c', 'import sys, json; print(json.load(sys.stdin)["x"])'])).toBe(
      'none',
    );
    expect(commandEffect('node', ['-e', 'process.stdout.write("x")'])).toBe('none');
    expect(commandEffect('node', ['-e', 'fetch(url)'])).toBe('work');
    expect(commandEffect('node', ['-e', null])).toBe('work');
    expect(commandEffect('node', ['script.js'])).toBe('work');
  });
});

describe('isRehearsal', () => {
  it.each([
    'npm publish --dry-run',
    'npm run release -- --dry-run',
    './deploy.sh --dry-run',
    'kubectl apply --dry-run=client -f x',
    'aws s3 sync a b --dryrun',
    'git push -n',
    'git push --dry-run',
    'rsync -avzn a b',
    'make -n deploy',
    'make deploy DRY_RUN=1',
    'goreleaser release --snapshot --clean',
    'goreleaser release --skip=publish',
    'docker buildx build --push=false .',
    'executor --no-push',
    'cargo release patch',
    'npx semantic-release -d',
    'ansible-playbook --check site.yml',
    'ansible-playbook -C site.yml',
    'flyctl deploy --build-only',
    'fly deploy --build-only',
  ])('%s', (text) => {
    expect(isRehearsal(...line(text))).toBe(true);
  });

  it.each([
    'npm publish',
    'npm publish ?',
    'kubectl apply --dry-run=none -f x',
    'kubectl -n prod apply -f x',
    'helm -n prod upgrade x',
    './deploy.sh --dry-run=false',
    'make deploy DRY_RUN=0',
    'git commit -n -m x',
    'git tag -n x',
    'rsync -av a b',
    'make -Cn x',
    'terraform plan',
    'black --check .',
    'cargo release patch --execute',
    'cargo release ?',
    'twine check dist/x',
    'head -n 1',
    'docker buildx build --push .',
  ])('not %s', (text) => {
    expect(isRehearsal(...line(text))).toBe(false);
  });
});

describe('laws', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'sudo',
      'env',
      '--',
      '-n',
      '-',
      'timeout',
      '5',
      'npx',
      'git',
      'diff',
      'find',
      '-exec',
      'X=1',
      'yarn',
    ),
    fc.string(),
  );
  const args = fc.array(fc.option(word, { nil: null }), { maxLength: 30 });

  it('never throws, and answers the same twice', () => {
    fc.assert(
      fc.property(word, args, (name, rest) => {
        expect(commandEffect(name, rest)).toBe(commandEffect(name, rest));
        expect(isRehearsal(name, rest)).toBe(isRehearsal(name, rest));
      }),
    );
  });

  it('looks through any number of wrappers', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('sudo', 'nohup', 'env', 'nice'), { minLength: 1 }), (wrappers) => {
        const [name = '', ...rest] = wrappers;
        expect(commandEffect(name, [...rest, 'curl', 'x'])).toBe('work');
        expect(commandEffect(name, [...rest, 'mkdir', 'x'])).toBe('prepares');
      }),
    );
  });

  it('reads long command lines in one pass', () => {
    const many: string[] = Array.from({ length: 200_000 }, () => 'sudo');
    expect(commandEffect('sudo', many)).toBe('none');
    expect(commandEffect('sudo', [...many, 'curl'])).toBe('work');
    expect(isRehearsal('make', [`-${'f'.repeat(500_000)}`])).toBe(false);
    expect(commandEffect('node', ['-e', 'x'.repeat(500_000)])).toBe('none');
  });
});
