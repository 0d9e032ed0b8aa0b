import { names } from './arguments.js';
import type { Effect } from './effect-table.js';

/** What a cmdlet is there for, as far as the analysis gives it a meaning of its own. */
export type CmdletMeaning =
  /** It prints its arguments: to its output, to the log, or as an error. */
  | 'output'
  | 'print'
  | 'print-error'
  /** Writes what it is given to a file: over it, or after what is there. */
  | 'write-file'
  | 'append-file'
  | 'read-file'
  /** What comes in goes out, perhaps in another form. */
  | 'pass'
  | 'discard'
  /** Runs a block for each input, or for those that it holds for. */
  | 'each'
  | 'where'
  | 'run-block'
  | 'run-text'
  | 'start-process'
  | 'http'
  | 'set-location'
  | 'set-variable'
  | 'test-path'
  | 'get-item'
  | 'set-item'
  | 'remove-item'
  | 'join-path'
  | 'new-object'
  | 'import'
  /** Nothing but its effect. */
  | 'other';

/** What is known of a command that PowerShell itself runs: it throws where it fails, and leaves $LASTEXITCODE alone. */
export interface Cmdlet {
  /** Lower case, never an alias. */
  readonly name: string;
  readonly meaning: CmdletMeaning;
  readonly effect: Effect;
  /** What it does when it is given the empty string for a secret. */
  readonly whenMissing: 'throws' | 'goes-on';
}

interface CmdletRow {
  readonly names: string;
  readonly means?: CmdletMeaning;
  readonly effect: Effect;
  /** Absent: it throws only where it is work. */
  readonly whenMissing?: Cmdlet['whenMissing'];
  readonly source: string;
}

const utility = 'PowerShell reference, Microsoft.PowerShell.Utility';
const management = 'PowerShell reference, Microsoft.PowerShell.Management';
const core = 'PowerShell reference, Microsoft.PowerShell.Core';

const rows: readonly CmdletRow[] = [
  { names: 'write-output', means: 'output', effect: 'none', source: `${utility}, Write-Output` },
  {
    names:
      'write-host write-warning write-verbose write-debug write-information write-progress out-host out-default',
    means: 'print',
    effect: 'none',
    source: `${utility}, Write-Host: none of them ends a script`,
  },
  {
    names: 'write-error',
    means: 'print-error',
    effect: 'none',
    source: `${utility}, Write-Error: an error that ends the script under $ErrorActionPreference = 'Stop'`,
  },
  { names: 'out-null', means: 'discard', effect: 'none', source: `${core}, Out-Null` },
  { names: 'set-content', means: 'write-file', effect: 'prepares', source: `${management}, Set-Content` },
  { names: 'out-file', means: 'write-file', effect: 'prepares', source: `${utility}, Out-File` },
  { names: 'add-content', means: 'append-file', effect: 'prepares', source: `${management}, Add-Content` },
  { names: 'tee-object', means: 'write-file', effect: 'none', source: `${utility}, Tee-Object` },
  { names: 'get-content', means: 'read-file', effect: 'none', source: `${management}, Get-Content` },
  {
    names: `select-object sort-object get-unique group-object format-table format-list format-wide format-custom
      out-string convertto-json convertfrom-json convertto-csv convertfrom-csv convertto-xml convertto-html
      select-string select-xml measure-object compare-object convertfrom-stringdata convert-path`,
    means: 'pass',
    effect: 'none',
    source: `${utility}: they hand on what comes in, less or in another form`,
  },
  { names: 'foreach-object', means: 'each', effect: 'none', source: `${core}, ForEach-Object` },
  { names: 'where-object', means: 'where', effect: 'none', source: `${core}, Where-Object` },
  {
    names: 'invoke-command measure-command',
    means: 'run-block',
    effect: 'none',
    source: `${core}, Invoke-Command`,
  },
  { names: 'invoke-expression', means: 'run-text', effect: 'work', source: `${utility}, Invoke-Expression` },
  {
    names: 'start-process',
    means: 'start-process',
    effect: 'work',
    source: `${management}, Start-Process: how the program ends is no error, and does not reach $LASTEXITCODE`,
  },
  {
    names: 'invoke-webrequest invoke-restmethod',
    means: 'http',
    effect: 'work',
    source: `${utility}, Invoke-RestMethod: a status that tells of no success is a terminating error, unless -SkipHttpErrorCheck is given`,
  },
  {
    names: 'set-location push-location pop-location',
    means: 'set-location',
    effect: 'none',
    source: management,
  },
  {
    names: 'set-variable new-variable clear-variable remove-variable',
    means: 'set-variable',
    effect: 'none',
    source: `${utility}: one that is cleared or removed has no value, like one that is set to none`,
  },
  { names: 'test-path', means: 'test-path', effect: 'none', source: `${management}, Test-Path` },
  { names: 'get-item get-childitem', means: 'get-item', effect: 'none', source: `${management}, Get-Item` },
  { names: 'set-item new-item', means: 'set-item', effect: 'prepares', source: `${management}, Set-Item` },
  {
    names: 'remove-item clear-item',
    means: 'remove-item',
    effect: 'prepares',
    source: `${management}, Remove-Item`,
  },
  { names: 'join-path', means: 'join-path', effect: 'none', source: `${management}, Join-Path` },
  { names: 'new-object', means: 'new-object', effect: 'none', source: `${utility}, New-Object` },
  { names: 'import-module', means: 'import', effect: 'prepares', source: `${core}, Import-Module` },
  {
    names: 'convertto-securestring',
    effect: 'none',
    whenMissing: 'throws',
    source:
      'PowerShell reference, Microsoft.PowerShell.Security, ConvertTo-SecureString: the String parameter takes no empty text',
  },
  {
    names: `get-date get-random get-host get-location get-command get-variable get-member get-module get-process
      get-service get-help get-alias get-error get-culture get-uiculture get-psdrive get-psprovider get-history
      get-filehash get-acl get-computerinfo get-ciminstance get-wmiobject get-itemproperty get-itempropertyvalue
      get-timezone get-hotfix get-eventlog get-winevent get-authenticodesignature get-executionpolicy get-packageprovider
      get-psrepository get-installedmodule get-package get-packagesource get-netadapter get-nettcpconnection get-netipaddress get-volume get-disk
      get-partition get-windowsfeature get-windowsoptionalfeature get-pfxcertificate get-pscallstack get-runspace
      get-job get-securerandom new-guid new-timespan split-path resolve-path start-sleep set-strictmode read-host
      test-connection test-netconnection test-json tee-object wait-process wait-job receive-job clear-host
      write-eventlog trace-command set-psdebug find-module find-package find-script
      set-alias new-alias remove-alias convertfrom-securestring unprotect-cmsmessage add-member show-command
      format-hex get-tracesource update-formatdata update-typedata import-csv import-clixml import-powershelldatafile
      import-localizeddata get-clipboard get-uptime get-verb join-string debug-process enter-pssession exit-pssession
      out-gridview`,
    effect: 'none',
    source: `${utility}; ${management}`,
  },
  {
    names: `copy-item move-item rename-item clear-content invoke-item new-itemproperty set-itemproperty
      remove-itemproperty rename-itemproperty copy-itemproperty move-itemproperty clear-itemproperty expand-archive
      compress-archive install-module install-package install-script install-packageprovider update-module
      uninstall-module uninstall-package save-module save-package set-psrepository register-psrepository unregister-psrepository
      register-packagesource set-packagesource set-executionpolicy add-type unblock-file set-acl new-temporaryfile start-service stop-service
      restart-service set-service new-service remove-service suspend-service resume-service stop-process add-appxpackage enable-windowsoptionalfeature
      disable-windowsoptionalfeature install-windowsfeature export-csv export-clixml set-date set-timezone
      restart-computer stop-computer rename-computer set-netfirewallprofile new-netfirewallrule set-netipinterface set-dnsclientserveraddress
      new-psdrive remove-psdrive mount-diskimage dismount-diskimage new-vhd mount-vhd initialize-disk new-partition format-volume
      resize-partition set-mppreference add-mppreference register-scheduledtask start-job start-threadjob
      stop-job remove-job set-clipboard update-help start-transcript stop-transcript import-certificate export-certificate
      new-selfsignedcertificate remove-module new-module set-wineventlog register-engineevent unregister-event
      register-objectevent set-tracesource enable-psremoting new-localuser add-localgroupmember set-localuser
      grant-smbshareaccess new-smbshare set-content`,
    effect: 'prepares',
    source: `${management}: they make the machine or its files ready`,
  },
  {
    names: 'import-pfxcertificate',
    effect: 'prepares',
    whenMissing: 'throws',
    source: 'PowerShell reference, PKI, Import-PfxCertificate: a wrong password is an error',
  },
  {
    names: `send-mailmessage publish-module publish-script publish-psresource new-webserviceproxy
      set-authenticodesignature invoke-pester invoke-scriptanalyzer invoke-build invoke-psake invoke-wmimethod
      invoke-cimmethod new-pssession connect-pssession start-bitstransfer`,
    effect: 'work',
    source: `${utility}; PowerShell Gallery, the modules' own references`,
  },
];

const builtIn: ReadonlyMap<string, Cmdlet> = new Map(
  // The last row that names a cmdlet must not outdo an earlier one with a meaning of its own.
  [...rows].reverse().flatMap(({ names: list, means = 'other', effect, whenMissing }) =>
    names(list).map((name) => {
      const missing = whenMissing ?? (effect === 'work' ? 'throws' : 'goes-on');
      return [name, { name, meaning: means, effect, whenMissing: missing }] as const;
    }),
  ),
);

/** Aliases of PowerShell everywhere (about_Aliases). */
const aliases: ReadonlyMap<string, string> = aliasTable(`
  echo write-output, iwr invoke-webrequest, irm invoke-restmethod, iex invoke-expression, icm invoke-command,
  foreach foreach-object, % foreach-object, where where-object, ? where-object, select select-object,
  group group-object, measure measure-object, gm get-member, gc get-content, type get-content,
  ac add-content, sc set-content, gci get-childitem, dir get-childitem, gi get-item, ni new-item,
  ri remove-item, del remove-item, erase remove-item, rd remove-item, cpi copy-item, copy copy-item, mi move-item,
  move move-item, ren rename-item, rni rename-item, sl set-location, cd set-location, chdir set-location,
  pushd push-location, popd pop-location, gl get-location, pwd get-location, rvpa resolve-path, gcm get-command,
  gv get-variable, sv set-variable, set set-variable, saps start-process, start start-process, spps stop-process,
  gps get-process, gsv get-service, sasv start-service, spsv stop-service, sls select-string, ft format-table,
  fl format-list, fw format-wide, oh out-host, ipmo import-module, gjb get-job, sajb start-job, rcjb receive-job,
  ipcsv import-csv, epcsv export-csv, cls clear-host, clear clear-host, md new-item, mkdir new-item,
  gp get-itemproperty, sp set-itemproperty, rp remove-itemproperty, si set-item, cli clear-item, gu get-unique,
  sal set-alias, nal new-alias, gal get-alias, cvpa convert-path, kill stop-process`);

/** Further ones on Windows, where no program of that name hides behind them. */
const windowsAliases: ReadonlyMap<string, string> = aliasTable(`
  ls get-childitem, cat get-content, cp copy-item, mv move-item, rm remove-item, rmdir remove-item, ps get-process,
  sleep start-sleep, sort sort-object, tee tee-object, diff compare-object, compare compare-object,
  write write-output, mount new-psdrive`);

/** Only in Windows PowerShell 5.1 (`shell: powershell`): from version 6 on these are the programs. */
const legacyAliases: ReadonlyMap<string, string> = aliasTable(
  'curl invoke-webrequest, wget invoke-webrequest',
);

function aliasTable(list: string): ReadonlyMap<string, string> {
  return new Map(
    list.split(',').map((entry) => {
      const [alias = '', name = ''] = names(entry);
      return [alias, name] as const;
    }),
  );
}

/** Verbs that a cmdlet's name may begin with, by what it then is for (Approved Verbs for PowerShell Commands). */
const verbs: ReadonlyMap<string, Effect> = new Map([
  ...names(`get find search select show read measure resolve compare format convert convertto convertfrom
    join split write trace debug wait watch skip step use out group sort where`).map(
    (verb) => [verb, 'none'] as const,
  ),
  ...names(`import install initialize register unregister mount dismount clear enter exit push pop
    enable disable uninstall unblock block protect unprotect lock unlock rename`).map(
    (verb) => [verb, 'prepares'] as const,
  ),
  ...names(`add approve assert backup build checkpoint close complete compress confirm connect copy deny deploy disconnect edit
    expand export grant hide invoke limit merge move new open optimize ping publish receive redo remove repair
    request reset resize restart restore resume revoke save send set start stop submit suspend switch sync
    test undo unpublish update`).map((verb) => [verb, 'work'] as const),
]);

export interface Edition {
  /** Windows PowerShell 5.1, not PowerShell 6 and newer. */
  readonly legacy: boolean;
  readonly windows: boolean;
}

/**
 * The cmdlet that a name calls, through its alias if it is one; null for a program. Cmdlets of modules that are not
 * known go by the verb in front of their dash; given a missing secret they are taken to throw.
 */
export function cmdletOf(written: string, edition: Edition): Cmdlet | null {
  const lower = written.toLowerCase();
  const name = lower.slice(lower.lastIndexOf('\\') + 1);
  const full =
    aliases.get(name) ??
    (edition.windows ? windowsAliases.get(name) : undefined) ??
    (edition.legacy ? legacyAliases.get(name) : undefined) ??
    name;
  const known = builtIn.get(full);
  if (known) return known;
  const dash = full.indexOf('-');
  const effect =
    dash > 0 && /^[a-z][a-z0-9]*$/.test(full.slice(dash + 1)) ? verbs.get(full.slice(0, dash)) : undefined;
  return effect ? { name: full, meaning: 'other', effect, whenMissing: 'throws' } : null;
}

/** Parameters that no value follows, of any cmdlet: what stands after them is an argument of its own. */
const switches: ReadonlySet<string> = new Set(
  names(`force recurse passthru wait nonewline append raw verbose debug whatif confirm usebasicparsing
    skiphttperrorcheck asplaintext noclobber quiet all ascustomobject compress asarray ashashtable simplematch
    casesensitive notmatch unique descending autosize wrap skipcertificatecheck allowunencryptedauthentication
    nonewwindow usenewenvironment loaduserprofile skippublishercheck allowclobber allowprerelease acceptlicense
    leaf isvalid parent resolve noqualifier hidden system file directory nolistentoken noprofile
    disablekeepalive resume preserveauthorizationonredirect norestart loop stream asbytestream
    noemphasis list allmatches expand useculture notypeinformation`),
);

/** Does a value follow the parameter of a cmdlet? `-Force x`: no. Names may be shortened. */
export function takesValue(parameter: string, cmdlet: string): boolean {
  const lower = parameter.toLowerCase();
  // `Get-ChildItem -Name` gives names; everywhere else a name follows.
  return lower === 'name' ? cmdlet !== 'get-childitem' : !switches.has(lower);
}

/** The names under which cmdlets take what they are given without a name, in the order in which they take it. */
export function positionalNames(cmdlet: Cmdlet): readonly string[] {
  switch (cmdlet.meaning) {
    case 'write-file':
      return cmdlet.name === 'set-content' ? ['path', 'value'] : ['filepath', 'encoding'];
    case 'append-file':
      return ['path', 'value'];
    case 'read-file':
    case 'test-path':
    case 'get-item':
    case 'remove-item':
    case 'set-location':
      return ['path'];
    case 'set-item':
      return cmdlet.name === 'set-item' ? ['path', 'value'] : ['path'];
    case 'set-variable':
      return ['name', 'value'];
    case 'join-path':
      return ['path', 'childpath'];
    case 'print-error':
    case 'print':
    case 'output':
      return ['message'];
    case 'http':
      return ['uri'];
    case 'start-process':
      return ['filepath', 'argumentlist'];
    case 'each':
    case 'where':
    case 'run-block':
      return ['scriptblock'];
    case 'run-text':
      return ['command'];
    case 'new-object':
      return ['typename', 'argumentlist'];
    default:
      return [];
  }
}
