import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadLanguage } from '../../src/program/lower/languages.js';
import { toldBy } from '../support/one-rule.js';

beforeAll(async () => {
  await loadLanguage('python');
  await loadLanguage('javascript');
});

/** What is said of a variable that the program sets and that is then tested for emptiness. */
function told(command: string): string[] {
  const run = `token=$(${command})\n[ -n "$token" ]`.replace(/^/gm, '          ');
  return toldBy(
    'null-masked-secret',
    `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n${run}\n`,
  ).map((line) => line.replace(/:\d+$/, ''));
}

const read = 'JSON.parse(require("fs").readFileSync(0))';

/** Programs in node, with what each is given and prints: node itself is asked whether that is so. */
const programs: readonly (readonly [program: string, input: string, printed: string, said: string[]])[] = [
  [`console.log(${read}.token)`, '{}', 'undefined', ['nullPasses']],
  [`console.log(${read}["token"])`, '{}', 'undefined', ['nullPasses']],
  [`const { token } = ${read}; console.log(token)`, '{}', 'undefined', ['nullPasses']],
  [`console.log(\`\${${read}.token}\`)`, '{}', 'undefined', ['nullPasses']],
  [`console.log(String(${read}.token))`, '{}', 'undefined', ['nullPasses']],
  [`console.log(String(${read}.token) || "")`, '{}', 'undefined', ['nullPasses']],
  [`console.log(${read}.data?.token?.trim())`, '{}', 'undefined', ['nullPasses']],
  [`console.error("asked"); console.log(${read}.token)`, '{}', 'undefined', ['nullPasses']],
  [`console.log(${read}.token ?? "")`, '{}', '', []],
  [`console.log(${read}.token || "")`, '{}', '', []],
  [`console.log("token", ${read}.token)`, '{}', 'token undefined', []],
  [`console.log("begin"); console.log(${read}.token)`, '{}', 'begin\nundefined', []],
  [`const t = ${read}.token; t && console.log(t)`, '{}', '', []],
  [`const t = ${read}.token; if (t) console.log(t)`, '{}', '', []],
];

describe('a program in node', () => {
  it.each(programs)('%s of %s prints %j', (program, input, printed, said) => {
    const run = spawnSync('node', ['-e', program], { input, encoding: 'utf8' });
    expect(run.stdout.trimEnd()).toBe(printed);
    expect(told(`node -e '${program}' < in.json`)).toEqual(said);
  });
});

describe('a program in Python', () => {
  const load = 'import json, sys; d = json.load(sys.stdin); ';
  it.each<[program: string, said: string[]]>([
    [`${load}print(d.get("token"))`, ['nullPasses']],
    [`${load}print(d["data"].get("token"))`, ['nullPasses']],
    [`${load}print(d.get("data", {}).get("token"))`, ['nullPasses']],
    [`${load}print(d.get("token") or None)`, ['nullPasses']],
    [`${load}t = d.get("token"); print(f"{t}")`, ['nullPasses']],
    [
      'from json import loads as read; import sys; print(read(sys.stdin.read()).get("token"))',
      ['nullPasses'],
    ],
    [`${load}print(d["token"])`, ['nullValuePasses']],
    [`${load}print(d[0])`, ['nullValuePasses']],
    [`${load}print(d.get("token", ""))`, ['nullValuePasses']],
    [`${load}print(d.get("token") or "")`, []],
    [`${load}print(d.get("token", "") or "")`, []],
    [`${load}print(d.get("token"), file=sys.stderr)`, []],
    [`${load}print("token", d.get("token"))`, []],
    [`${load}print(d.get("token")); sys.exit(not d.get("token"))`, []],
    ['import os; print(os.environ.get("token"))', []],
    ['json = {}; print(json.load(1).get("token"))', []],
    ['import json, sys; print(json.load(sys.stdin).get("token"', []],
  ])('%s', (program, said) => {
    expect(told(`python3 -c '${program}'`)).toEqual(said);
  });

  it('is found behind options, in a here-document, and before what is said where it fails', () => {
    const program = 'import json,sys; print(json.load(sys.stdin).get("token"))';
    expect(told(`cat in.json | /usr/bin/python3.12 -I -c '${program}' 2>/dev/null || echo ''`)).toEqual([
      'nullPasses',
    ]);
    expect(told(`python3 - <<'EOF'\n${program}\nEOF\n`)).toEqual(['nullPasses']);
    expect(told(`python3 -m json.tool '${program}'`)).toEqual([]);
    expect(told(`python3 print.py '${program}'`)).toEqual([]);
  });
});

describe('however the command is spelled', () => {
  it.each([
    'jq -r .token x.json',
    "'jq' -r .token x.json",
    'j"q" -r .token x.json',
    'j\\q -r .token x.json',
    'j\\\nq -r .token x.json',
    "$'j\\x71' -r .token x.json",
    'jq -r \\\n .token x.json',
    "python3 -'c' 'import json, sys; print(json.load(sys.stdin).get(\"token\"))'",
    'py\\thon3 - <<< \'import json, sys; print(json.load(sys.stdin).get("token"))\'',
    'no"de" "-"p \'JSON.parse(require("fs").readFileSync(0)).token\'',
  ])('%s', (command) => {
    expect(told(command)).toEqual(['nullPasses']);
  });

  it.each(['token=`jq -r .token x.json`', 'token=$\\\n(jq -r .token x.json)'])('%s', (line) => {
    const run = `${line}\n[ -n "$token" ]`.replace(/^/gm, '          ');
    const said = toldBy(
      'null-masked-secret',
      `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n${run}\n`,
    );
    expect(said).toHaveLength(1);
  });
});
