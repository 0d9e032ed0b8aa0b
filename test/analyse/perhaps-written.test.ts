import { describe, expect, it } from 'vitest';
import { endsOf } from '../support/interpret.js';

/** So many paths that they are joined although they differ. */
const crowd = Array.from({ length: 7 }, (_, i) => `v${i}=a\nif [ -e f${i} ]; then\n  v${i}=b\nfi\n`).join('');
const named = Array.from({ length: 7 }, (_, i) => `: "$v${i}"\n`).join('');
const asked = '[ -f marker ] || exit 4\n';

describe('a file that not every path has written may be there or not', () => {
  it.each([
    ['where many paths are joined', `if [ -e quick ]; then\n  echo x > marker\nfi\n${crowd}${asked}${named}`],
    [
      'where that happens twice',
      `if [ -e quick ]; then\n  echo x > marker\nfi\n${crowd}${crowd}${asked}${named}`,
    ],
    [
      'behind a loop of which nobody knows the rounds',
      `while read -r line; do\n  echo x > marker\ndone < list\n${asked}`,
    ],
    [
      'behind a loop within a loop',
      `while read -r line; do\n  while read -r word; do\n    echo x > marker\n  done < words\ndone < list\n${asked}`,
    ],
  ])('%s', (_, script) => {
    expect(endsOf(script)).toEqual(['exits 0; reaches nothing', 'exits 4; reaches nothing']);
  });

  it('one that is written then is there', () => {
    const script = `if [ -e quick ]; then\n  echo x > marker\nfi\n${crowd}echo y >> marker\n${asked}${named}`;
    expect(endsOf(script)).toEqual(['exits 0; reaches nothing']);
  });
});
