import { describe, expect, it } from 'vitest';
import { cmdletOf, positionalNames, takesValue } from '../../src/facts/powershell.js';

const anywhere = { legacy: false, windows: false };
const windows = { legacy: false, windows: true };
const legacy = { legacy: true, windows: true };

describe('cmdlets', () => {
  it.each([
    ['Write-Host', 'print', 'none', 'goes-on'],
    ['WRITE-ERROR', 'print-error', 'none', 'goes-on'],
    ['echo', 'output', 'none', 'goes-on'],
    ['irm', 'http', 'work', 'throws'],
    ['Out-File', 'write-file', 'prepares', 'goes-on'],
    ['Microsoft.PowerShell.Utility\\Write-Output', 'output', 'none', 'goes-on'],
    ['ConvertTo-SecureString', 'other', 'none', 'throws'],
    ['Publish-Module', 'other', 'work', 'throws'],
    // Of modules that nobody knows, by their verbs.
    ['Deploy-Site', 'other', 'work', 'throws'],
    ['Get-AzKeyVaultSecret', 'other', 'none', 'throws'],
    ['Install-Thing', 'other', 'prepares', 'throws'],
  ])('%s: %s, %s, and without a secret it %s', (name, meaning, effect, whenMissing) => {
    expect(cmdletOf(name, anywhere)).toMatchObject({ meaning, effect, whenMissing });
  });

  it.each(['gh', 'docker-compose', 'cargo-audit', './deploy', 'apt-get', 'x-y', 'Get-', 'get-x.sh'])(
    '%s is a program',
    (name) => {
      expect(cmdletOf(name, windows)).toBeNull();
    },
  );

  it('go by names of programs only where there are none', () => {
    expect(cmdletOf('ls', anywhere)).toBeNull();
    expect(cmdletOf('ls', windows)?.name).toBe('get-childitem');
    expect(cmdletOf('curl', windows)).toBeNull();
    expect(cmdletOf('curl', legacy)?.name).toBe('invoke-webrequest');
  });

  it('take their arguments by position, and some parameters take none', () => {
    const set = cmdletOf('Set-Content', anywhere);
    expect(set && positionalNames(set)).toEqual(['path', 'value']);
    const asked = ['Path', 'Append', 'ErrorAction'].map((name) => takesValue(name, 'set-content'));
    expect(asked).toEqual([true, false, true]);
    expect(['get-childitem', 'set-variable'].map((name) => takesValue('Name', name))).toEqual([false, true]);
  });
});
