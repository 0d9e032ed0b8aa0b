import { describe, expect, it } from 'vitest';
import { endsOf } from '../support/interpret.js';
import { runReal, stub } from '../support/oracle.js';

/** Ends with 4 where the file is there, else with 5. */
const asked = (script: string, file = 'f') => `${script}\n[ -e ${file} ] && exit 4\nexit 5\n`;

function codesOf(script: string): string[] {
  return endsOf(script).map((end) => end.split(';')[0] ?? '');
}

describe('a file that a command took away is perhaps not there', () => {
  it.each([
    ['echo x > f; rm f', 'f'],
    ['echo x > f; rm -f ./f', 'f'],
    ['echo x > f; mv f g', 'f'],
    ['echo x > f; name=f; rm "$name"', 'f'],
    ['echo x > notes.txt; rm *.txt', 'notes.txt'],
    ['echo x > out/f; rm -r out', 'out/f'],
    ['echo x > f; find . -name f -delete', 'f'],
    ['echo x > f; git clean -fdx', 'f'],
    ['echo x > f; echo f | xargs rm', 'f'],
    ['echo x > f; cd sub', 'f'],
  ])('%s', (script, file) => {
    expect(codesOf(asked(script, file))).toEqual(['exits 4', 'exits 5']);
  });
});

describe('a file that nothing has taken away is still there', () => {
  it.each([
    ['echo x > f; rm g', 'f'],
    ['echo x > f; rm -r out', 'f'],
    ['echo x > f; find . -name f', 'f'],
    ['echo x > f; git add f', 'f'],
    ['echo x > f; sed -i s/x/y/ f', 'f'],
    ['echo x > f; rm f; echo y > f', 'f'],
    ['echo x > ./f', 'f'],
    ['cd sub; echo x > f', 'f'],
    ['tool 2> f', 'f'],
  ])('%s', (script, file) => {
    expect(codesOf(asked(script, file))).toEqual(['exits 4']);
  });
});

describe('what was asked of a file is asked again once a command was given its name', () => {
  it.each([
    'touch f',
    'cp /etc/hosts f',
    'tool --output=f',
    'x=$(tool f)',
    'true | tool f',
    'bash -c "tool f"',
  ])('%s', (command) => {
    expect(codesOf(asked(`[ -e f ] && exit 3\n${command}`))).toEqual(['exits 3', 'exits 4', 'exits 5']);
  });

  it('and not after other commands', () => {
    expect(codesOf(asked('[ -e f ] && exit 3\ntool g'))).toEqual(['exits 3', 'exits 5']);
  });
});

it('a real shell ends in both of the ways that are left open', async () => {
  const run = async (script: string) => {
    const make = stub('tool', { before: [': > "$1"'] });
    return (await runReal({ script, shell: 'bash', flags: [], env: {}, commands: [make], tools: ['rm'] }))
      .status;
  };
  expect(await run(asked('echo x > f; rm f'))).toBe(5);
  expect(await run(asked('[ -e f ] && exit 3\ntool f'))).toBe(4);
});
