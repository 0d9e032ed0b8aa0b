import { describe, expect, it } from 'vitest';
import { placesInPython } from '../../../src/program/lower/python/places.js';
import { wholeText } from '../../support/shell.js';

const guard = 'if not key:\n    sys.exit(0)\n';

/** The variable of the environment without which the way out is taken. */
function wanted(before: string): string | null {
  const script = `import os, sys\n${before}${guard}`;
  const { around } = placesInPython(wholeText(script), script.indexOf('sys.exit'));
  return around[0]?.wants ?? null;
}

describe('the variable that a guard asks for', () => {
  it.each([
    'key = os.environ.get("KEY")\n',
    'key: str = os.environ["KEY"]\n',
    'key = (os.getenv("KEY") or "").strip()\n',
    'key = os.environ.get("KEY")\nother, more = 1, 2\nkeys = [key]\nd = {}\nd[key] = key\n',
  ])('%s', (before) => {
    expect(wanted(before)).toBe('KEY');
  });
});

describe('is not known where the name may be given something else', () => {
  it.each([
    'key = os.environ.get("KEY")\nkey = "x"\n',
    'key = os.environ.get("KEY")\nother, key = 1, 2\n',
    'key = os.environ.get("KEY")\nkey, other = 1, 2\n',
    'key = os.environ.get("KEY")\n(other, key) = 1, 2\n',
    'key = os.environ.get("KEY")\n[other, (key, more)] = 1, [2, 3]\n',
    'key = os.environ.get("KEY")\nother = key = "x"\n',
    'key = os.environ.get("KEY")\nfor other, key in []:\n    pass\n',
    'key = os.environ.get("KEY")\nfor (other, key) in []:\n    pass\n',
    'key = os.environ.get("KEY")\nkey += "x"\n',
    'key = os.environ.get("KEY")\ndef set_key(key):\n    pass\n',
    'from keys import key\n',
  ])('%s', (before) => {
    expect(wanted(before)).toBeNull();
  });
});
