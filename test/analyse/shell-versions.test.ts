import { describe, expect, it } from 'vitest';
import { endsOf } from '../support/interpret.js';

// What bash 5.2 does and other versions do not stands in no flow fixture, which any bash has to agree with.

describe('where versions of bash differ, what each of them does is allowed', () => {
  it('a $(<file) that cannot be read ends bash 5.2 under errexit, in a condition too; others go on', () => {
    const script = 'key=$(<"$TOKEN") || exit 4\ncheck "$key"\n';
    expect(endsOf(script)).toEqual(['exits 1; reaches nothing', 'exits 4; reaches nothing']);
    expect(endsOf(`set +e\n${script}`)).toEqual(['exits 4; reaches nothing']);
  });

  it('bash 5.2 forgets the EXIT trap of a function that is the last call of a $( ); others run it', () => {
    const define = 'refused() { trap notify EXIT; deploy; }\n';
    const both = ['exits 0; reaches deploy', 'exits 0; reaches deploy, notify'];
    expect(endsOf(`${define}a=$(test -n "$TOKEN" || refused)\n`)).toEqual(both);
    expect(endsOf(`${define}a=$(true; refused)\n`)).toEqual(both);
    expect(endsOf(`${define}a=$(refused; true)\n`)).toEqual(both.slice(1));
  });
});
