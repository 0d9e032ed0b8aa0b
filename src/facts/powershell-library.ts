import type { Library } from './library.js';

const reference = '.NET API reference';
const automatic = 'PowerShell reference, about_Automatic_Variables';

/** What the analysis knows of .NET, as PowerShell scripts use it: types in lower case, without `System.`. */
export const powershell: Library = {
  rows: [
    {
      names: 'env',
      means: 'environment',
      property: true,
      source: 'PowerShell reference, about_Environment_Provider',
    },
    {
      names: 'variable.unset',
      means: 'nothing',
      property: true,
      source: 'PowerShell reference, about_Variables',
    },
    {
      names: 'automatic.iswindows automatic.islinux automatic.ismacos automatic.iscoreclr',
      means: 'asked',
      property: true,
      source: automatic,
    },
    {
      names: 'empty-variables.are-dropped',
      means: 'asked-on-windows',
      property: true,
      source: 'semantics 2.2: hosts of Windows may not hand on a variable that is empty',
    },
    { names: 'automatic.*', means: 'pure', property: true, source: automatic },
    { names: 'environment.exit', means: 'exit-now', source: reference },
    // Texts
    { names: 'text.trim', means: 'strip', source: reference },
    { names: 'text.trimstart', means: 'strip-start', source: reference },
    { names: 'text.trimend', means: 'strip-end', source: reference },
    { names: 'text.tolower text.tolowerinvariant', means: 'lower', source: reference },
    { names: 'text.toupper text.toupperinvariant', means: 'upper', source: reference },
    { names: 'text.tostring', means: 'identity', source: reference },
    { names: 'text.split', means: 'split', source: reference },
    { names: 'text.replace', means: 'replace', source: reference },
    {
      names: 'text.-replace',
      means: 'replace-any-case',
      source: 'PowerShell reference, about_Comparison_Operators',
    },
    { names: 'text.startswith', means: 'starts-with', source: reference },
    { names: 'text.endswith', means: 'ends-with', source: reference },
    { names: 'text.contains', means: 'includes', source: reference },
    { names: 'text.length list.count list.length', means: 'length', property: true, source: reference },
    { names: 'text.* number.* boolean.*', means: 'pure', source: reference },
    // Lists and records
    { names: 'list.add list.insert', means: 'append', source: reference },
    { names: 'list.addrange', means: 'extend', source: reference },
    { names: 'list.join', means: 'join', source: 'PowerShell reference, about_Join' },
    { names: 'list.contains', means: 'includes', source: reference },
    { names: 'list.toarray', means: 'list', source: reference },
    { names: 'list.sort list.reverse', means: 'reorder', source: reference },
    {
      names: 'list.remove list.removeat list.removeall list.removerange',
      means: 'shrink',
      source: reference,
    },
    { names: 'list.clear record.clear', means: 'clear', source: reference },
    { names: 'record.add record.set_item', means: 'set-member', source: reference },
    { names: 'record.remove', means: 'take', source: reference },
    { names: 'record.count', means: 'length', property: true, source: reference },
    { names: 'record.keys', means: 'keys', property: true, source: reference },
    { names: 'record.values', means: 'values', property: true, source: reference },
    { names: 'record.psobject', means: 'pure', property: true, source: reference },
    { names: 'list.* record.*', means: 'pure', source: reference },
    // What only computes
    {
      names: `convert.* math.* guid.* datetime.* datetimeoffset.* timespan.* version.* semver.* text.encoding.* text.regularexpressions.*
        regex.* io.path.* string.* char.* int.* int32.* int64.* long.* double.* bool.* boolean.* array.* enum.* uri.*
        bitconverter.* environment.* console.* globalization.* runtime.interopservices.* security.cryptography.*
        security.securestring.* management.automation.* psobject.* pscustomobject.* hashtable.* object.* type.*
        net.servicepointmanager.* net.securityprotocoltype.* net.networkcredential.* random.* collections.*
        stringcomparison.* diagnostics.stopwatch.* diagnostics.fileversioninfo.* xml.* ordered.* text.stringbuilder.* io.memorystream.* io.streamreader.*
        io.stringreader.* appcontext.* consolecolor.* threading.* reflection.* activator.* gc.* appdomain.*
        net.webclient.new net.http.httpclient.new net.webrequest.create`,
      means: 'pure',
      source: reference,
    },
    {
      names:
        'io.file.* io.directory.* io.fileinfo.* io.directoryinfo.* io.compression.* io.streamwriter.* io.filestream.* microsoft.win32.registry.*',
      means: 'prepares',
      source: reference,
    },
    {
      names: `unknown.tostring unknown.trim unknown.split unknown.replace unknown.substring unknown.startswith unknown.endswith
        unknown.contains unknown.tolower unknown.toupper unknown.indexof unknown.add unknown.addrange unknown.append unknown.appendline
        unknown.containskey unknown.getenumerator unknown.gettype unknown.equals unknown.compareto unknown.where
        unknown.foreach unknown.toarray unknown.remove unknown.close unknown.dispose unknown.readtoend unknown.getbytes unknown.getstring
        unknown.computehash unknown.padleft unknown.padright unknown.groups unknown.matches unknown.match
        unknown.waitforexit unknown.refresh unknown.addseconds unknown.addminutes unknown.addhours unknown.adddays
        unknown.subtract unknown.touniversaltime unknown.getelementsbytagname unknown.selectnodes unknown.selectsinglenode
        unknown.setattribute unknown.appendchild unknown.getnetworkcredential unknown.start unknown.stop`,
      means: 'pure',
      source: 'methods of texts, lists, dates, documents and the like',
    },
    {
      names: 'unknown.save unknown.kill unknown.delete unknown.write unknown.writeline unknown.flush',
      means: 'prepares',
      source: reference,
    },
  ],
  errors: [],
};
