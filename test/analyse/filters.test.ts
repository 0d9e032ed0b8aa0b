import { describe, expect, it } from 'vitest';
import { endsOf } from '../support/interpret.js';
import { runReal } from '../support/oracle.js';

const TOOLS = 'awk base64 cat cut echo grep head sed sort tr uniq wc xargs'.split(' ');

async function realStatus(script: string): Promise<number> {
  const flags = ['-e', '-o', 'pipefail'];
  return (await runReal({ script, shell: 'bash', flags, env: { TOKEN: '' }, commands: [], tools: TOOLS }))
    .status;
}

/** Ends with 4 where the command prints nothing, else with 5. */
const isNothing = (command: string) => `X=$(${command}); [ -z "$X" ] && exit 4; exit 5\n`;

describe('what a filter prints of an empty variable is what it prints in bash', () => {
  it.each([
    ['echo "$TOKEN" | base64', 'exits 5'],
    ['printf %s "$TOKEN" | base64', 'exits 4'],
    ['echo "$TOKEN" | base64 -d', 'exits 4'],
    ['echo "$TOKEN" | tr -d "\\n"', 'exits 4'],
    ['echo "$TOKEN" | tr "[:upper:]" "[:lower:]"', 'exits 4'],
    ['echo "$TOKEN" | tr "\\n" ,', 'unknown'],
    ['echo "$TOKEN" | tr a-z A-Z', 'exits 4'],
    ['echo "$TOKEN" | sed "s/^v//"', 'exits 4'],
    ['echo "$TOKEN" | sed -E "s/a/b/g"', 'exits 4'],
    ['echo "$TOKEN" | sed "s/^/v/"', 'unknown'],
    ['echo "$TOKEN" | awk \'{print $1}\'', 'exits 4'],
    ['echo "$TOKEN" | awk -F . \'{print $2}\'', 'exits 4'],
    ['echo "$TOKEN" | awk \'{print "a"}\'', 'unknown'],
    ["awk 'BEGIN { print 1 }'", 'unknown'],
    ['printf %s "$TOKEN" | awk \'END { print NR }\'', 'unknown'],
    ['printf %s "$TOKEN" | awk \'{ print NR }\'', 'exits 4'],
    ['echo "$TOKEN" | cat -n', 'exits 5'],
    ['echo "$TOKEN" | sort -u', 'exits 4'],
    ['echo "$TOKEN" | uniq', 'exits 4'],
    ['echo "$TOKEN" | uniq -c', 'unknown'],
    ['echo "$TOKEN" | head -n 1', 'exits 4'],
    ['echo "$TOKEN" | cut -d. -f1', 'exits 4'],
    ['echo "$TOKEN" | grep -o "[a-z]*"', 'exits 4'],
    ['echo "$TOKEN" | grep -vn x', 'unknown'],
    ['echo hi > notes; grep -r hi', 'unknown'],
  ])('%s', async (command, ends) => {
    const script = isNothing(command);
    const expected = ends === 'unknown' ? ['exits 4', 'exits 5'] : [ends];
    expect(endsOf(script)).toEqual(expected.map((end) => `${end}; reaches nothing`));
    expect(expected).toContain(`exits ${await realStatus(script)}`);
  });
});

describe('jq makes something of nothing where it is told to', () => {
  it.each([
    ['printf %s "$TOKEN" | jq .', 1],
    ['printf %s "$TOKEN" | jq -Rs .', 2],
    ['jq -n --arg token "$TOKEN" "{ token: \\$token }"', 2],
  ])('%s', (command, ends) => {
    expect(endsOf(isNothing(command))).toHaveLength(ends);
  });
});

describe('what a filter makes of a line that may be empty may be nothing', () => {
  it.each(['sort', 'tr a b', 'tr -d "\\n"', 'head -n 1', 'uniq', 'cat'])('%s', (filter) => {
    expect(endsOf(`LINE=$(tool)\n${isNothing(`echo "$LINE" | ${filter}`)}`)).toHaveLength(2);
  });
});

describe('xargs alone prints by echo', () => {
  it.each([
    ['[ "$(echo "a  b" | xargs)" = "a b" ]', 'exits 0'],
    ['[ "$(echo "a b" | xargs -r)" = "a b" ]', 'exits 0'],
    ['[ "$(echo "a b" | xargs -n 1 | wc -l)" = 2 ]', 'unknown'],
    ['[ "$(echo "-n a" | xargs)" = "-n a" ]', 'unknown'],
  ])('%s', async (script, ends) => {
    const expected = ends === 'unknown' ? ['exits 0', 'exits 1'] : [ends];
    expect(endsOf(script)).toEqual(expected.map((end) => `${end}; reaches nothing`));
    expect(expected).toContain(`exits ${await realStatus(script)}`);
  });
});

it('how many characters there are beyond ASCII is not known, as it hangs on the locale', () => {
  expect(endsOf('[ "$(printf é | wc -m)" = 1 ]')).toHaveLength(2);
  expect(endsOf('[ "$(printf e | wc -m)" = 1 ]')).toEqual(['exits 0; reaches nothing']);
});
