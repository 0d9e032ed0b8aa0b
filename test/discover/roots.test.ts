import { describe, expect, it } from 'vitest';
import { namedRole, roleInRoot, rootOf, roots } from '../../src/discover/roots.js';
import { forges } from '../../src/forge/forge.js';

describe('the table of roots', () => {
  it('has one root for each forge', () => {
    expect(roots.map((root) => root.forge).sort()).toEqual([...forges].sort());
  });
});

describe('the root of a path', () => {
  it.each([
    ['/repo/.gitea/workflows/a.yml', '/repo', 'gitea', '/repo/.gitea'],
    ['/repo/.gitea', '/repo', 'gitea', '/repo/.gitea'],
    ['/repo/.github/x/.forgejo/workflows', '/repo', 'forgejo', '/repo/.github/x/.forgejo'],
    ['/home/.github/repo/.gitea/a.yml', '/home/.github/repo', 'gitea', '/home/.github/repo/.gitea'],
    ['/x/.github/a.yml', null, 'github', '/x/.github'],
  ])('%s in %s is of %s at %s', (path, repository, forge, rootPath) => {
    expect(rootOf(path, repository)).toMatchObject({ root: { forge }, path: rootPath });
  });

  it.each([
    ['/home/.github/repo/a.yml', '/home/.github/repo'],
    ['/repo/.githubs/a.yml', '/repo'],
    ['/repo/x.github/a.yml', '/repo'],
    ['/', null],
  ])('%s in %s has none', (path, repository) => {
    expect(rootOf(path, repository)).toBeNull();
  });
});

describe('the role of a file in a root', () => {
  it.each([
    ['workflows/a.yml', 'workflow', 'workflow'],
    ['workflows/a.yaml', 'workflow', 'workflow'],
    ['workflows/action.yml', 'workflow', 'workflow'],
    ['workflows/sub/a.yml', 'workflow', null],
    ['workflows/sub/action.yml', 'action', 'action'],
    ['actions/x/action.yaml', 'action', 'action'],
    ['action.yml', 'action', 'action'],
    ['actions/x/my-action.yml', null, null],
    ['workflows.yml', null, null],
    ['workflow/a.yml', null, null],
    ['workflows/a.json', null, null],
  ])('%s is %s where folders are read, %s where they are not', (inside, recursive, flat) => {
    for (const root of roots) expect(roleInRoot(root, inside)).toBe(root.recursive ? recursive : flat);
  });
});

describe('the role of a named file', () => {
  it.each([
    ['/repo/action.yml', 'action'],
    ['/repo/.github/workflows/action.yml', 'workflow'],
    ['/repo/workflows/action.yml', 'action'],
    ['/repo/.github/workflows/x/action.yml', 'action'],
    ['/repo/my-action.yml', 'workflow'],
  ])('%s is %s', (path, role) => {
    expect(namedRole(path)).toBe(role);
  });
});
