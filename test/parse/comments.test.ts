import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { javaScriptComments, loadJavaScript } from '../../src/parse/javascript.js';
import { powerShellComments } from '../../src/parse/powershell.js';
import { pythonComments } from '../../src/parse/python.js';
import { shellComments } from '../../src/parse/shell-comments.js';
import { yamlComments } from '../../src/parse/yaml-comments.js';
import { spanText } from '../../src/text/source.js';

function inYaml(text: string): string[] {
  return yamlComments({ path: 'a.yml', text }).map(spanText);
}

function inShell(text: string): string[] {
  return shellComments(text).map(({ start, end }) => text.slice(start, end));
}

describe('the comments of a YAML file', () => {
  it('stand after values, keys and block headers, and on lines of their own', () => {
    const text =
      '# top\non: push # a\njobs: # b\n  x:\n    # c\n    run: | # d\n      make\n    f: [1, # e\n     2] # f\n# last';
    expect(inYaml(text)).toEqual(['# top', '# a', '# b', '# c', '# d', '# e', '# f', '# last']);
  });

  it('are not in texts, whether quoted, plain or block', () => {
    const text = `a: "x # 1"\nb: 'x # 2'\nc: x#3\nd: |\n  # 4\ne: >-\n  # 5\nf: "one\n  # 6\n  two"\ng: one\n  two#7\n`;
    expect(inYaml(text)).toEqual([]);
    expect(inYaml('--- |\n# text\n')).toEqual([]);
  });

  it.each([['\r\n'], ['\r']])('end where the line does: %j', (lineEnd) => {
    expect(inYaml(`a: 1 # one${lineEnd}b: 2 # two${lineEnd}`)).toEqual(['# one', '# two']);
  });

  it('are found in broken YAML, and after characters that YAML forbids', () => {
    expect(inYaml('a: [1\n# one\nb: "x\n')).toEqual(['# one']);
    expect(inYaml('a: \u001f # one\nb: \u0002x # two\n\ufeffc: 1 # three\n')).toEqual([
      '# one',
      '# two',
      '# three',
    ]);
  });

  it('begin with a # and hold no line end, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('#', ' ', '\n', '\r', 'a: ', '"', "'", '|', '- ', '[', '\u001f', '\ufeff')),
        (parts) => {
          for (const comment of inYaml(parts.join(''))) expect(comment).toMatch(/^#[^\r\n]*$/);
        },
      ),
    );
  });
});

describe('the comments of a Python script', () => {
  it.each([
    ['# a\nx = 1  # b\nif x:\n    # c\n    y()\n', ['# a', '# b', '# c']],
    ["x = \"# no\"\ny = '''\n# no\n'''\nz = f\"{x} # no\"\n", []],
    ['x = (  # a\n  1)\n', ['# a']],
    ['def (: # no\n', []],
  ])('%j', (text, comments) => {
    expect(pythonComments(text).map(({ start, end }) => text.slice(start, end))).toEqual(comments);
  });
});

describe('the comments of a JavaScript script', () => {
  beforeAll(() => loadJavaScript(true));

  it.each([
    ['// a\nmake(); // b\n/* c */ x(/* d */);\n', ['// a', '// b', '/* c */', '/* d */']],
    ['/*\n a\n */\nif (x) {\n  // b\n}', ['/*\n a\n */', '// b']],
    ["x = '// no'; y = `// no ${/* a */ z} // no`; w = /\\/\\/ no/;", ['/* a */']],
    ['import x from "x"; // a\nawait x();', ['// a']],
    ['with (x) { y(); } // a', ['// a']],
    ['const x: string | undefined = y as string; // a\nf<T>(/* b */ z);', ['// a', '/* b */']],
    ['return x; // a', ['// a']],
    ['function ( // no', []],
  ])('%j', (text, comments) => {
    expect(javaScriptComments(text).map(({ start, end }) => text.slice(start, end))).toEqual(comments);
  });

  it('are none in a text that is too long or too deep to read', () => {
    expect(javaScriptComments(`// a\n${'('.repeat(50_000)}`)).toEqual([]);
    expect(javaScriptComments(`// a\n${'x();\n'.repeat(50_000)}`)).toEqual([]);
  });
});

describe('the comments of a PowerShell script', () => {
  it.each([
    ['# a\nGet-Item x # b\n<# c\nd #>\nif ($x) { # e\n}', ['# a', '# b', '<# c\nd #>', '# e']],
    ['Write-Host a#no "# no" \'# no\' `# no', []],
    ['$x = @"\n# no\n"@\n$y = @(1, # a\n 2)', ['# a']],
    ['"$(Get-Item x # a\n)"', ['# a']],
    ['if ( # no', []],
    ['<# no', []],
  ])('%j', (text, comments) => {
    expect(powerShellComments(text).map(({ start, end }) => text.slice(start, end))).toEqual(comments);
  });
});

describe('the comments of a shell script', () => {
  it.each([
    ['# a\nmake # b\n  # c', ['# a', '# b', '# c']],
    ['make;# a\n(# b\nmake)# c', ['# a', '# b', '# c']],
    ['if x; then # a\n  y # b\nelse # c\n  z\nfi # d', ['# a', '# b', '# c', '# d']],
    ['a=( # a\n  one # b\n)', ['# a', '# b']],
    ['x=$(make # a\n)\necho "$(make # b\n)"', ['# a', '# b']],
    ['diff <(make # a\n) x', ['# a']],
    ['case $x in # a\n  y) z ;; # b\nesac', ['# a', '# b']],
    ['for ((i = 0; i < 2; i++)); do # a\n  x\ndone', ['# a']],
    ['cat <<EOF # a\n# text\nEOF\n# b', ['# a', '# b']],
    ['cat <<EOF\n$(make # a\n)\nEOF', ['# a']],
    ['one \\\n# a', ['# a']],
  ])('%j', (text, comments) => {
    expect(inShell(text)).toEqual(comments);
  });

  it.each([
    ["echo '# no'"],
    ['echo "# no"'],
    ["echo $'# no'"],
    ['echo a#no'],
    ['echo \\# no'],
    ['echo $# ${#x} ${x#no} ${x# no}'],
    ['x="\n# no\n"'],
    ["cat <<'EOF'\n# no\nEOF"],
    ['cat <<-EOF; for x in a; do\n\t# no\n\tEOF\n\tmake\ndone'],
    ['(( x = 16 # no\n))'],
    ['echo $(( 16 # no\n))'],
    ['echo `echo \\`# no\\``'],
    ['[[ $x == *" # no" ]]'],
    ['if ; then # no'],
  ])('are not in texts, nor in a script that cannot be read: %j', (text) => {
    expect(inShell(text)).toEqual([]);
  });

  it('cost no more than a reading of the text', () => {
    const lines = 20_000;
    expect(inShell('make # x\n'.repeat(lines))).toHaveLength(lines);
    expect(inShell(`echo $((${'1+'.repeat(lines)}1))`)).toEqual([]);
    expect(inShell('$('.repeat(lines))).toEqual([]);
    expect(inShell('coproc '.repeat(lines))).toEqual([]);
  });
});
