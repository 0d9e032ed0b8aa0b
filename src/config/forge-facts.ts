import { absolutePath } from '../discover/paths.js';
import { ConfigError } from '../errors.js';
import type { ForgeFacts, IssueFact, Protection } from '../forge/facts.js';
import type { Host } from '../host.js';
import { quoted } from '../parse/quoted.js';

/** Far above what the API of a forge answers in one page. */
const maxBytes = 10 * 1024 * 1024;

/** Reads the files that `--facts` names, as typed. Throws a ConfigError for the first that is no such answer. */
export function readForgeFacts(host: Host, paths: readonly string[]): ForgeFacts {
  const all = paths.map((path) => readOne(host, path));
  return {
    protections: all.flatMap(({ protections }) => protections),
    issues: all.flatMap(({ issues }) => issues),
  };
}

function readOne(host: Host, path: string): ForgeFacts {
  const bytes = host.readFile(absolutePath(host, path), maxBytes);
  if (!bytes.ok) throw refused(path, bytes.reason, 'name a file that can be read');
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.value));
  } catch {
    throw refused(path, 'is not JSON', 'save the answer of the API as it is: curl -fsS … -o FILE');
  }
  return factsFrom(data, path);
}

/**
 * The facts in an answer of the API of GitHub, Gitea or Forgejo, which is told by its shape: the protection of branches,
 * the rules for a branch (GitHub), or issues. Throws a ConfigError for anything else.
 */
export function factsFrom(data: unknown, path: string): ForgeFacts {
  const items = Array.isArray(data) ? data : [data];
  if (items.length === 0) {
    throw refused(
      path,
      'holds an empty list, which does not tell what is missing from it',
      'ask for one that there is: a protected branch, or issues with state=all',
    );
  }
  const protections: Protection[] = [];
  const issues: IssueFact[] = [];
  const rules: string[] = [];
  let isRules = false;
  for (const [index, item] of items.entries()) {
    const at = Array.isArray(data) ? `[${index}]` : '';
    if (!isRecord(item)) throw unknownShape(path, at);
    if (isError(item)) {
      const said = quoted(String(item.message).slice(0, 200));
      throw refused(
        path,
        `is the answer to a request that failed: ${said}`,
        'the token needs to read the administration of the repository',
      );
    }
    if ('number' in item && 'state' in item && 'created_at' in item) issues.push(issueFrom(item, path, at));
    else if ('status_check_contexts' in item || 'enable_status_check' in item)
      protections.push(fromGitea(item, path, at));
    else if (
      'required_status_checks' in item ||
      ('checks' in item && 'strict' in item) ||
      'enforce_admins' in item
    )
      protections.push(fromGitHub(item, path, at));
    else if (typeof item.type === 'string' && ('ruleset_id' in item || 'parameters' in item)) {
      isRules = true;
      rules.push(...fromRule(item, path, at));
    } else throw unknownShape(path, at);
  }
  if (isRules) protections.push({ file: path, forge: 'github', branch: null, contexts: rules });
  return { protections, issues };
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `{"message": "Not Found", …}`: what the APIs say when they refuse. */
function isError(item: Fields): boolean {
  return (
    typeof item.message === 'string' && ('documentation_url' in item || 'url' in item || 'errors' in item)
  );
}

function fromGitea(item: Fields, path: string, at: string): Protection {
  const enabled = item.enable_status_check;
  if (typeof enabled !== 'boolean') throw wrongField(path, `${at}.enable_status_check`, 'true or false');
  const contexts = enabled
    ? texts(item.status_check_contexts ?? [], path, `${at}.status_check_contexts`)
    : [];
  const name = item.rule_name || item.branch_name;
  return { file: path, forge: 'gitea', branch: typeof name === 'string' ? name : null, contexts };
}

function fromGitHub(item: Fields, path: string, at: string): Protection {
  const isPart = 'checks' in item;
  const checks = isPart ? item : (item.required_status_checks ?? null);
  const place = isPart ? at : `${at}.required_status_checks`;
  if (checks !== null && !isRecord(checks)) throw wrongField(path, place, 'an object');
  const named = checks === null ? [] : texts(checks.contexts ?? [], path, `${place}.contexts`);
  const byApp = checks === null ? [] : contextsIn(checks.checks ?? [], path, `${place}.checks`);
  return {
    file: path,
    forge: 'github',
    branch: branchIn(item.url),
    contexts: [...new Set([...named, ...byApp])],
  };
}

/** `…/branches/main/protection` */
function branchIn(url: unknown): string | null {
  const [, rest] = typeof url === 'string' ? url.split('/branches/') : [];
  const [branch] = rest?.split('/protection') ?? [];
  return branch || null;
}

function fromRule(item: Fields, path: string, at: string): string[] {
  if (item.type !== 'required_status_checks') return [];
  const place = `${at}.parameters`;
  if (!isRecord(item.parameters)) throw wrongField(path, place, 'an object');
  return contextsIn(item.parameters.required_status_checks ?? [], path, `${place}.required_status_checks`);
}

function contextsIn(value: unknown, path: string, at: string): string[] {
  if (!Array.isArray(value)) throw wrongField(path, at, 'a list');
  return value.map((one: unknown, index) => {
    const context = isRecord(one) ? one.context : undefined;
    if (typeof context !== 'string') throw wrongField(path, `${at}[${index}].context`, 'a text');
    return context;
  });
}

function texts(value: unknown, path: string, at: string): string[] {
  if (!Array.isArray(value)) throw wrongField(path, at, 'a list');
  return value.map((one: unknown, index) => {
    if (typeof one !== 'string') throw wrongField(path, `${at}[${index}]`, 'a text');
    return one;
  });
}

function issueFrom(item: Fields, path: string, at: string): IssueFact {
  const { number, state, created_at: created } = item;
  if (typeof number !== 'number') throw wrongField(path, `${at}.number`, 'a number');
  if (state !== 'open' && state !== 'closed') throw wrongField(path, `${at}.state`, 'open or closed');
  if (typeof created !== 'string' || !/^\d{4}-\d\d-\d\d/.test(created))
    throw wrongField(path, `${at}.created_at`, 'a date');
  return { number, repository: repositoryIn(item), open: state === 'open', opened: created.slice(0, 10) };
}

/** Gitea has `repository.full_name`, GitHub the address of the repository. */
function repositoryIn({ repository, repository_url: url }: Fields): string | null {
  const name = isRecord(repository) ? repository.full_name : undefined;
  const fromUrl = typeof url === 'string' ? url.split('/repos/')[1] : undefined;
  const found = typeof name === 'string' ? name : fromUrl;
  return found?.toLowerCase() || null;
}

function unknownShape(path: string, at: string): ConfigError {
  return refused(
    path,
    `${at === '' ? '' : `has at ${at} what `}is no answer that is known here`,
    'expected the protection of branches, the rules of a branch, or issues, as the API of GitHub, Gitea or Forgejo gives them',
  );
}

function wrongField(path: string, at: string, expected: string): ConfigError {
  return refused(path, `${at.replace(/^\./, '')} is not ${expected}`, 'save the answer of the API as it is');
}

function refused(path: string, why: string, hint: string): ConfigError {
  return new ConfigError([{ message: `--facts ${path}: ${why}`, hint, span: null }]);
}
