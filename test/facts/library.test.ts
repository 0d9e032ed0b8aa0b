import { describe, expect, it } from 'vitest';
import { errorTypes, libraryFact } from '../../src/facts/library.js';
import { python } from '../../src/facts/python.js';

describe('facts about a library', () => {
  it('go by the whole name before what stands for all below a name', () => {
    expect(libraryFact('python', 'os.path.join')?.meaning).toBe('joined-path');
    expect(libraryFact('python', 'os.path.exists')?.meaning).toBe('pure');
    expect(libraryFact('python', 'requests.post')?.meaning).toBe('http');
    expect(libraryFact('python', 'requests.Session().post')?.gives).toBe('response');
    expect(libraryFact('python', 'deploy.everything')).toBeNull();
    expect(libraryFact('cobol', 'os.path.join')).toBeNull();
  });

  it('know what an error is one of', () => {
    expect(errorTypes('python', 'KeyError')).toEqual([
      'KeyError',
      'LookupError',
      'Exception',
      'BaseException',
    ]);
    expect(errorTypes('python', 'botocore.exceptions.ClientError')).toEqual([
      'botocore.exceptions.ClientError',
      'Exception',
      'BaseException',
    ]);
    expect(errorTypes('python', 'print')).toBeNull();
  });

  it('have a source each, and name nothing twice', () => {
    const names = python.rows.flatMap((row) => row.names.split(/\s+/).filter((name) => name !== ''));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(python.rows.filter((row) => row.source === '')).toEqual([]);
  });
});
