import { describe, expect, it } from 'vitest';
import {
  commandItems,
  decodeAnsiC,
  glueWords,
  parseShell,
  rewrittenText,
  type ShellCommand,
  type ShellWord,
} from '../../src/parse/shell.js';

function commandOf(script: string): ShellCommand {
  const command = parseShell(script).script.commands[0]?.command;
  if (command?.type !== 'Command') throw new Error(`expected a simple command in ${script}`);
  return command;
}

const textOf = (pieces: readonly ShellWord[]) => pieces.map((piece) => piece.text).join('·');

describe('parseShell', () => {
  it('finds nothing wrong with an empty script', () => {
    expect(parseShell('')).toMatchObject({ script: { commands: [] }, problems: [] });
  });

  it.each([
    ['at the top', 'a; fi', 3],
    ['in a substitution', 'echo "$(a; fi)"', 11],
    ['in a substitution in an operand', 'echo ${X:-$(fi)}', 12],
    ['in a process substitution', 'a <(b; fi)', 7],
    ['in an array', 'A=(x $(fi))', 7],
    ['in a subscript', 'A[$(fi)]=x', 4],
    ['in arithmetic', 'echo $((1 + $(fi)))', 14],
    ['in a heredoc', 'cat <<E\n$(fi)\nE', 10],
    ['in backquotes', 'echo `fi`', 6],
    ['in a loop over many terms', `echo $((${'1 + '.repeat(20_000)}$(fi)))`, 80_010],
  ])('reports a stray keyword %s', (_, script, offset) => {
    const [problem] = parseShell(script).problems;
    expect(problem?.message).toContain("'fi'");
    expect(problem?.start).toBe(offset);
  });

  it('reports an error within escaped backquotes at the outermost of them', () => {
    const { problems } = parseShell('echo x`a \\`fi\\``y');
    expect(problems.map(({ start, end }) => [start, end])).toEqual([[6, 16]]);
  });

  it('reports problems in source order', () => {
    const starts = parseShell('a "$(fi)"; b "$(done)"; fi').problems.map((problem) => problem.start);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    expect(starts.length).toBeGreaterThan(1);
  });

  it('reports what overflows the parser', () => {
    const { script, problems } = parseShell(`${'coproc '.repeat(20_000)}a`);
    expect(problems).toHaveLength(1);
    expect(script.commands).toEqual([]);
  });
});

describe('rewrittenText', () => {
  const rewritten = (script: string) => {
    const [part] = commandOf(script).name?.parts ?? [];
    if (part?.type !== 'CommandExpansion') throw new Error(`expected a substitution in ${script}`);
    return rewrittenText(part);
  };

  it.each([
    ['$(a)', null],
    ['`a b`', null],
    ['`a \\`b\\` \\$c`', 'a `b` $c'],
  ])('%s', (script, text) => {
    expect(rewritten(script)).toBe(text);
  });
});

describe('commandItems', () => {
  const items = (script: string) =>
    commandItems(commandOf(script)).map((item) => {
      if (item.kind === 'word') return textOf(item.pieces);
      if (item.kind === 'redirect') return `redirect ${script.slice(item.redirect.pos, item.redirect.end)}`;
      return `assign ${[item.assignment.text, ...item.rest.map((piece) => piece.text)].join('·')}`;
    });

  it.each([
    ['a b c', ['a', 'b', 'c']],
    ['X=1 > f a Y=2 < g', ['assign X=1', 'redirect > f', 'a', 'Y=2', 'redirect < g']],
    ['export X=1 Y', ['export', 'assign X=1', 'Y']],
    ['a -d @<(b) c', ['a', '-d', '@·<(b)', 'c']],
    ['a --f=<(b)c<(d)', ['a', '--f=·<(b)·c·<(d)']],
    ['a <(b) <(c)', ['a', '<(b)', '<(c)']],
    ['x=<(a) b', ['assign x=·<(a)', 'b']],
    ['x=<(a)y b', ['assign x=·<(a)·y', 'b']],
    ['> f', ['redirect > f']],
  ])('%s', (script, expected) => {
    expect(items(script)).toEqual(expected);
  });
});

describe('glueWords', () => {
  it('joins what is written without a blank between', () => {
    const command = parseShell('for x in a<(b)c d <(e); do f; done').script.commands[0]?.command;
    if (command?.type !== 'For') throw new Error('expected a loop');
    expect(glueWords(command.wordlist ?? []).map(textOf)).toEqual(['a·<(b)·c', 'd', '<(e)']);
  });
});

describe('decodeAnsiC', () => {
  it.each([
    ['a\\tb', 'a\tb'],
    ['', ''],
    ["\\'", "'"],
    ['\\x41\\u00e9', 'A\u00e9'],
    ["a'b", null],
    ['a\\', null],
  ])('%j', (body, value) => {
    expect(decodeAnsiC(body)).toBe(value);
  });
});
