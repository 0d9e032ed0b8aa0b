import { describe, expect, it } from 'vitest';
import { isFileOf, keepsCredential, storesFilledBy, storesReadBy } from '../../src/facts/stores.js';

const names = (stores: readonly { readonly name: string }[]) => stores.map(({ name }) => name);

describe('what a command keeps of a credential, and what needs it', () => {
  it.each([
    ['docker', ['login', '-u', 'ci', '--password-stdin', 'registry.example.com'], ['registry']],
    ['sudo', ['docker', 'login'], ['registry']],
    ['npm', ['config', 'set', '//registry.example.com/:_authToken', ''], ['npm']],
    ['git', ['remote', 'set-url', 'origin', 'https://ci:@git.example.com/o/r.git'], ['git']],
    ['git', ['-C', 'docs', 'remote', 'add', 'origin', null], ['git']],
    ['git', ['config', '--global', 'http.https://git.example.com/.extraHeader', null], ['git']],
    ['git', ['config', 'user.email', ''], []],
    ['docker', ['build', '.'], []],
  ])('%s %j fills %j', (command, args, expected) => {
    expect(names(storesFilledBy(command, args))).toEqual(expected);
  });

  it.each([
    ['docker', ['push', 'registry.example.com/app'], ['registry']],
    ['docker', ['buildx', 'build', '--push', '.'], ['registry']],
    ['docker', ['buildx', 'build', '.'], []],
    ['docker', ['pull', 'node:22'], []],
    ['npm', ['publish', '--access', 'public'], ['npm']],
    ['npm', ['publish', '--dry-run'], []],
    ['npm', ['ci'], []],
    ['git', ['push', 'origin', 'HEAD'], ['git']],
    ['git', ['push', '--dry-run'], []],
    ['kubectl', ['--namespace', 'config', 'apply', '-f', 'k8s'], ['kubernetes']],
    ['kubectl', ['config', 'view'], []],
    ['aws', ['s3', 'sync', 'dist', 's3://bucket'], ['aws']],
    ['aws', ['configure', 'list'], []],
    ['constructor', [], []],
  ])('%s %j reads %j', (command, args, expected) => {
    expect(names(storesReadBy(command, args))).toEqual(expected);
  });

  it('knows files by the end of their paths', () => {
    expect(['.npmrc', '/.npmrc', 'app/.npmrc', '/home/ci/.kube/config'].map(keepsCredential)).not.toContain(
      false,
    );
    expect(['my.npmrc', 'config', '.npmrc.bak', ''].map(keepsCredential)).not.toContain(true);
    const [npm] = storesReadBy('npm', ['publish']);
    expect(npm && isFileOf(npm, '.kube/config')).toBe(false);
  });
});
