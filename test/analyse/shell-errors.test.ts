import { describe, expect, it } from 'vitest';
import { endsOf } from '../support/interpret.js';
import { runReal } from '../support/oracle.js';

async function realStatus(script: string): Promise<number> {
  const flags = ['-e', '-o', 'pipefail'];
  return (await runReal({ script, shell: 'bash', flags, env: { TOKEN: '' }, commands: [], tools: ['bash'] }))
    .status;
}

describe('a trap on what is no signal is an error', () => {
  it.each([
    ['trap true BAD', 1],
    ['trap true BAD || exit 7', 7],
    ['trap "exit 4" BAD EXIT', 4],
    ['trap "exit 4" BAD EXIT || exit 7', 4],
    ['trap - BAD', 1],
    ['trap BAD', 2],
    ['trap true 65', 1],
    ['trap true SIGTERM INT 15 debug RTMIN+1', 0],
    ['trap "exit 4" EXIT; trap 0', 0],
  ])('%s', async (script, status) => {
    expect(endsOf(script)).toEqual([`exits ${status}; reaches nothing`]);
    expect(await realStatus(script)).toBe(status);
  });
});

describe('an error in an expansion ends bash -c with a status of its own', () => {
  const before = 'set +e\nbash ';
  it.each(['-uc \'echo "$UNSET"\'', '-c \'echo "${TOKEN:?}"\'', '-ec \'echo "${TOKEN:?}"\''])(
    '%s',
    async (options) => {
      expect(endsOf(`${before}${options}`)).toEqual(['exits non-zero; reaches nothing']);
      expect(await realStatus(`${before}${options}`)).not.toBe(0);
      const asked = `${before}${options}\n[ $? = 1 ] && exit 4\nexit 5\n`;
      expect(endsOf(asked)).toEqual(['exits 4; reaches nothing', 'exits 5; reaches nothing']);
    },
  );

  it('and a script with 1', async () => {
    const script = 'set +e\nbash -u <<< \'echo "$UNSET"\'\n';
    expect(endsOf(script)).toEqual(['exits 1; reaches nothing']);
    expect(await realStatus(script)).toBe(1);
  });
});
