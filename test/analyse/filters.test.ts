import { describe, expect, it } from 'vitest';
import { endsOf } from '../support/interpret.js';
import { runReal } from '../support/oracle.js';

const TOOLS = 'awk base64 cat cut echo grep head sed sort tail tee tr uniq wc xargs'.split(' ');

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
    ['printf %s "$TOKEN" | head --quiet', 'exits 4'],
    ['printf %s "$TOKEN" | grep --invert-match a || true', 'exits 4'],
    ['echo "$TOKEN" | sort --reverse', 'exits 4'],
    ['echo "$TOKEN" | cut --fields=1', 'exits 4'],
    ['echo "$TOKEN" | grep --only-matching a || true', 'exits 4'],
    ['printf %s "$TOKEN" | tr a b', 'exits 4'],
    ['printf %s "$TOKEN" | sed s/a/b/', 'exits 4'],
    ['printf %s "$TOKEN" | cut -c1', 'exits 4'],
    ['printf %s "$TOKEN" | sort', 'exits 4'],
    ['printf %s "$TOKEN" | uniq -c', 'exits 4'],
    ['printf %s "$TOKEN" | tee', 'exits 4'],
    ['printf %s "$TOKEN" | head', 'exits 4'],
    ['printf %s "$TOKEN" | tail -n 1', 'exits 4'],
    ['printf %s "$TOKEN" | grep a || true', 'exits 4'],
    ['printf %s "$TOKEN" | awk -F : \'{ print $2 }\'', 'exits 4'],
    ['printf %s "$TOKEN" | head -v', 'unknown'],
    ['printf %s "$TOKEN" | head --verbose', 'unknown'],
    ['printf %s "$TOKEN" | tail -v -n 1', 'unknown'],
    ['printf %s "$TOKEN" | grep -c a || true', 'exits 5'],
    ['printf %s "$TOKEN" | grep --count a || true', 'unknown'],
    ['printf %s "$TOKEN" | grep -L a || true', 'unknown'],
    ['printf %s "$TOKEN" | grep --files-without-match a || true', 'unknown'],
    ['printf %s "$TOKEN" | awk \'BEGIN { print 1 } { print 2 }\'', 'unknown'],
    ['echo "$TOKEN" | tee', 'exits 4'],
    ['echo "$TOKEN" | sort', 'exits 4'],
    ['echo "$TOKEN" | sort -r', 'exits 4'],
    ['echo "$TOKEN" | cut -f 1', 'exits 4'],
    ['echo "$TOKEN" | head -1', 'exits 4'],
    ['echo "$TOKEN" | tail -n 1', 'exits 4'],
    ['echo "$TOKEN" | tail -n1', 'exits 4'],
    ['echo "$TOKEN" | sed -r s/a/b/', 'exits 4'],
    ['echo "$TOKEN" | sed -e s/a/b/', 'exits 4'],
    ['echo "$TOKEN" | sed "s,a*,,"', 'exits 4'],
    ['echo "$TOKEN" | tr -s a', 'exits 4'],
    ['echo "$TOKEN" | awk "{ print }"', 'exits 4'],
    ['echo "$TOKEN" | awk "{ print; }"', 'exits 4'],
    ['echo "$TOKEN" | tr -d "[:space:]"', 'exits 4'],
    ['echo "$TOKEN" | grep -o "" || true', 'exits 4'],
    ['echo "$TOKEN" | sort -c', 'unknown'],
    ['echo "$TOKEN" | sort --check', 'unknown'],
    ['echo "$TOKEN" | cut -s -f 1', 'unknown'],
    ['echo "$TOKEN" | head -n 0', 'unknown'],
    ['echo "$TOKEN" | head -v', 'unknown'],
    ['echo "$TOKEN" | grep -oc x || true', 'exits 5'],
    ['echo "$TOKEN" | grep --only-matching --count x || true', 'unknown'],
    ['echo "$TOKEN" | tr -c a b', 'unknown'],
    ['echo "$TOKEN" | tr --complement a b', 'unknown'],
    ['echo "$TOKEN" | sed "s/x*/v/"', 'unknown'],
    ['echo "$TOKEN" | sed s/a/b/ -n', 'unknown'],
    ['echo "$TOKEN" | sed s/.*/v/', 'unknown'],
    ['echo "$TOKEN" | awk "{ print 1 }"', 'unknown'],
    ['echo "$TOKEN" | tr "\\012" x', 'unknown'],
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
