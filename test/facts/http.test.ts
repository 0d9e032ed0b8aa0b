import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curlBehaviour, type HttpBehaviour, wgetBehaviour } from '../../src/facts/commands.js';

type Args = readonly (string | null)[];
const url = 'https://example.test/x';

describe('curlBehaviour: does it fail on an HTTP error', () => {
  it.each<[boolean | null, Args]>([
    [true, ['-f', url]],
    [true, ['--fail', url]],
    [true, ['--fail-with-body', url]],
    [true, ['-fsSL', url]],
    [true, ['-sSf', url]],
    [true, ['-sSLf', '-o', 'file', url]],
    [true, [url, '-f']],
    [true, ['-fsS', '-H', null, null]],
    [true, ['-fofile', url]],
    [true, ['--no-fail', '-f', url]],
    [false, ['-f', '--no-fail', url]],
    [false, [url]],
    [false, [null]],
    [false, ['-sS', url]],
    [false, ['--fail-early', url]],
    [false, ['-ofile', url]],
    [false, ['-o', '-f', url]],
    [false, ['-H', '--fail', url]],
    [false, ['--data', '-f', url]],
    [false, ['-Xf', url]],
    [false, ['-F', 'file=@x', url]],
    [false, ['-d', null, url]],
    [false, ['--', '-f', url]],
    [false, ['-X', 'POST', '-H', 'x: y', null]],
    [null, [null, url]],
    [null, [null, null]],
    [null, ['-K', 'file', url]],
    [null, ['-f', url, '--next', url]],
    [null, [url, '-:', '-f', url]],
    [true, ['-f', url, '--next', '-f', url]],
  ])('%s: curl %j', (fails, args) => {
    expect(curlBehaviour(args).fails).toBe(fails);
  });
});

describe('curlBehaviour: the URL', () => {
  it.each<[HttpBehaviour['url'], Args]>([
    ['known', [url]],
    ['known', ['--url', url]],
    ['known', ['example.test']],
    ['known', ['-s', 'https://user:pass@example.test/x']],
    ['known', ['file:///etc/hosts']],
    ['unknown', [null]],
    ['unknown', ['--url', null]],
    ['unknown', ['-K', 'file']],
    ['empty', []],
    ['empty', ['-fsS']],
    ['empty', ['']],
    ['empty', ['/api/v1/x']],
    ['empty', ['https://']],
    ['empty', ['https:///x']],
    ['empty', ['?q=1']],
    ['empty', ['https://:443/x']],
    ['empty', ['https://user:@/x']],
    ['empty', ['-H', url]],
    ['known', [null, url]],
  ])('%s: curl %j', (state, args) => {
    expect(curlBehaviour(args).url).toBe(state);
  });
});

describe('curlBehaviour: the rest', () => {
  it('sees that the status is printed', () => {
    expect(curlBehaviour(['-w', '%{http_code}', url]).writesStatus).toBe(true);
    expect(curlBehaviour(['-sSw%{response_code}', url]).writesStatus).toBe(true);
    expect(curlBehaviour(['--write-out', '\n%{http_code}', url]).writesStatus).toBe(true);
    expect(curlBehaviour(['-w', null, url]).writesStatus).toBe(true);
    expect(curlBehaviour(['-w', '%{time_total}', url]).writesStatus).toBe(false);
    expect(curlBehaviour(['-d', '%{http_code}', url]).writesStatus).toBe(false);
  });

  it.each<[HttpBehaviour['output'], Args]>([
    ['stdout', [url]],
    ['stdout', ['-o', '-', url]],
    ['file', ['-sofile', url]],
    ['file', ['-LO', url]],
    ['discarded', ['-o', '/dev/null', url]],
    ['unknown', ['-o', null, url]],
  ])('output %s: curl %j', (output, args) => {
    expect(curlBehaviour(args).output).toBe(output);
  });

  it.each<[string | null, Args]>([
    ['GET', [url]],
    ['POST', ['-d', 'x', url]],
    ['POST', ['--json', '{}', url]],
    ['GET', ['-G', '-d', 'x', url]],
    ['HEAD', ['-sI', url]],
    ['PUT', ['-T', 'file', url]],
    ['DELETE', ['-Xdelete', url]],
    [null, ['-X', null, url]],
  ])('method %s: curl %j', (method, args) => {
    expect(curlBehaviour(args).method).toBe(method);
  });
});

describe('wgetBehaviour', () => {
  it.each<[Partial<HttpBehaviour>, Args]>([
    [{ fails: true, url: 'known', output: 'file', method: 'GET' }, [url]],
    [{ fails: true, output: 'stdout' }, ['-qO-', url]],
    [{ fails: true, output: 'discarded' }, ['--output-document=/dev/null', url]],
    [{ fails: true, output: 'discarded', method: 'HEAD' }, ['--spider', url]],
    [{ fails: true, method: 'POST' }, ['--post-data', 'x', url]],
    [{ fails: true, method: 'PUT' }, ['--method=put', url]],
    [{ fails: true, url: 'unknown' }, ['-i', 'list']],
    [{ fails: true, url: 'unknown' }, [null]],
    [{ fails: true, url: 'empty' }, ['']],
    [{ fails: true, url: 'empty' }, ['--header', url]],
    [{ fails: false }, ['-b', url]],
  ])('%j: wget %j', (expected, args) => {
    expect(wgetBehaviour(args)).toMatchObject(expected);
  });
});

describe('laws', () => {
  const args = fc.array(
    fc.option(
      fc.oneof(fc.constantFrom('-f', '--fail', '-o', '--next', '--', '-sSf', '-w', url), fc.string()),
      {
        nil: null,
      },
    ),
  );

  it('never throws', () => {
    fc.assert(
      fc.property(args, (list) => {
        curlBehaviour(list);
        wgetBehaviour(list);
      }),
    );
  });

  it('an argument after the value of an option is read as if the option were not there', () => {
    fc.assert(
      fc.property(args, fc.string(), (list, value) => {
        expect(curlBehaviour(['--user-agent', value, ...list])).toEqual(curlBehaviour(list));
      }),
    );
  });

  it('reads long arguments in one pass', () => {
    expect(curlBehaviour([`-${'s'.repeat(300_000)}f`, url]).fails).toBe(true);
    expect(curlBehaviour([`https://${'a@'.repeat(200_000)}`]).url).toBe('empty');
    expect(curlBehaviour(Array.from({ length: 200_000 }, () => url)).url).toBe('known');
  });
});
