import fc from 'fast-check';
import type { ShellName, Stub } from './oracle.js';
import { stub } from './oracle.js';

// Random shell scripts, well-formed by construction, for comparing an interpreter with a real shell.
//
// Every script ends: loops run over words that stand there or over a variable's words, or they count with a
// variable of their own that nothing else assigns; functions call only functions defined before them. Every
// script is deterministic: nothing that runs beside something else calls a stub or reads less than it is
// given. Nothing but stubs, builtins and the runner's two files is named.

/** The variable that holds the secret. */
export const secretName = 'TOKEN';

/** The most calls that the stubs of a generated script are numbered to. */
const mostCalls = 99;

/**
 * What a generated script may call: all succeed, `collect` reads its input. Every place that calls one has a
 * number of its own, so that the log tells which places were reached.
 */
export const generatedStubs: readonly Stub[] = Array.from({ length: mostCalls }, (_, index) => [
  stub(`deploy${index + 1}`),
  stub(`check${index + 1}`),
  stub(`collect${index + 1}`, { reads: true }),
]).flat();

function numbered(script: string): string {
  let count = 0;
  return script.replace(/\b(?:deploy|check|collect)\b/g, (name) => {
    count = Math.min(count + 1, mostCalls);
    return `${name}${count}`;
  });
}

/** Scripts for bash, or for any POSIX shell, which use only what dash knows too. */
export function shellScript(shell: ShellName): fc.Arbitrary<string> {
  return fc
    .record({
      before: prelude(shell),
      bodies: fc.tuple(
        ...functionNames.map((_, index) =>
          block({ shell, depth: 2, scope: `f${index}`, functions: index, loops: 0 }),
        ),
      ),
      main: block({ shell, depth: 3, scope: 'm', functions: functionNames.length, loops: 0 }),
    })
    .map(({ before, bodies, main }) => {
      const defined = functionNames.flatMap((name, index) => [
        `${name}() {`,
        ...indent(bodies[index] ?? [':']),
        '}',
      ]);
      return numbered([...failing, ...before, ...defined, ...main, ''].join('\n'));
    });
}

/** A command that fails, as a script's own function: what a program ends with is not the script's to say. */
const failing = ['notify() { check; return 4; }'];

interface Place {
  readonly shell: ShellName;
  /** How many more levels of compound commands may follow. */
  readonly depth: number;
  /** A prefix for the names of loop counters: two functions never share one. */
  readonly scope: string;
  /** How many of the functions, from the first, may be called here. */
  readonly functions: number;
  /** How many loops of the same function stand around this place. */
  readonly loops: number;
}

/** Lines of a script. */
type Lines = readonly string[];

const functionNames = ['first', 'second'] as const;
const plainNames = ['a', 'b', 'flag'] as const;
const names = [...plainNames, secretName] as const;
const literals = ['', '0', '1', 'x', 'yes', 'two words', 's3cr3t'] as const;

function indent(lines: Lines): Lines {
  // The lines of a here-document and its end must stay where they are.
  let end: string | null = null;
  return lines.map((line) => {
    if (end !== null) {
      if (line === end) end = null;
      return line;
    }
    end = /<<'?(END\w*)'?$/.exec(line)?.[1] ?? null;
    return `  ${line}`;
  });
}

function deeper(place: Place, more: Partial<Place> = {}): Place {
  return { ...place, depth: place.depth - 1, ...more };
}

function prelude(shell: ShellName): fc.Arbitrary<Lines> {
  const bash = shell === 'bash' ? ['set -o pipefail', 'set +o pipefail', 'shopt -s inherit_errexit'] : [];
  return fc
    .tuple(
      fc.constantFrom<Lines>([], [], [], [], ['set -u']),
      fc.subarray(bash),
      // A variable that nobody set is worth having, but under nounset it ends most scripts at once.
      fc.subarray(plainNames.map((name, index) => `${name}=${literals[index] ?? ''}`)),
    )
    .map((parts) => parts.flat());
}

function block(place: Place): fc.Arbitrary<Lines> {
  return fc
    .array(statement(place), { minLength: 1, maxLength: place.depth > 1 ? 4 : 2 })
    .map((all) => all.flat());
}

function statement(place: Place): fc.Arbitrary<Lines> {
  const flat: fc.WeightedArbitrary<Lines>[] = [
    { weight: 6, arbitrary: line(simple(place)) },
    { weight: 4, arbitrary: line(assignment(place)) },
    { weight: 3, arbitrary: line(list(place)) },
    { weight: 2, arbitrary: line(leaving(place)) },
    { weight: 2, arbitrary: line(writing(place)) },
    {
      weight: 1,
      arbitrary: line(
        fc.constantFrom(
          'set -e',
          'set +e',
          'shift || true',
          'shift',
          'shift 2 || check',
          'set -- "$TOKEN" x',
          'set -- $TOKEN',
          'set -- "$@" more',
          'set -- "pre$@post"',
          'set --',
        ),
      ),
    },
    { weight: 1, arbitrary: trap(place) },
    { weight: 1, arbitrary: heredoc(place) },
    { weight: 2, arbitrary: pieces(place) },
  ];
  if (place.depth <= 0) return fc.oneof(...flat);
  return fc.oneof(
    ...flat,
    { weight: 5, arbitrary: branch(place) },
    { weight: 2, arbitrary: match(place) },
    { weight: 2, arbitrary: forLoop(place) },
    { weight: 2, arbitrary: countingLoop(place) },
    { weight: 1, arbitrary: readingLoop(place) },
    { weight: 3, arbitrary: enclosed(place) },
    { weight: 2, arbitrary: pipeline(place) },
    { weight: 1, arbitrary: waited(place) },
    { weight: 1, arbitrary: captured(place) },
    ...(place.shell === 'bash' ? [{ weight: 3, arbitrary: bashOnly(place) }] : []),
  );
}

function line(text: fc.Arbitrary<string>): fc.Arbitrary<Lines> {
  return text.map((one) => [one]);
}

/** A simple command without a result that matters, on one line. */
function simple(place: Place): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 8, arbitrary: call(place) },
    { weight: 1, arbitrary: test(place) },
    { weight: 1, arbitrary: fc.constantFrom('true', ':', 'true', 'false') },
    { weight: 1, arbitrary: word(place).map((value) => `echo ${value}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        ': "${TOKEN:?missing}"',
        ': "${TOKEN?}"',
        ': "${a:=$TOKEN}"',
        'unset a',
        'unset TOKEN',
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom("eval 'check'", "eval 'a=1'", 'eval "[ -n \\"$TOKEN\\" ]"') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'command -v deploy > /dev/null',
        'command -v nowhere > /dev/null',
        'command deploy',
      ),
    },
  );
}

function call(place: Place): fc.Arbitrary<string> {
  const functions = functionNames.slice(0, place.functions);
  return fc
    .record({
      name: fc.constantFrom('deploy', 'deploy', 'check', 'check', 'notify', ...functions),
      prefix: fc.option(fc.tuple(fc.constantFrom(...plainNames), word(place)), { freq: 6 }),
      args: fc.array(word(place), { maxLength: 2 }),
    })
    .map(({ name, prefix, args }) => {
      // Before a function a prefix assignment means different things to different shells.
      const isFunction = name === 'notify' || functions.some((known) => known === name);
      const before = prefix === null || isFunction ? [] : [`${prefix[0]}=${prefix[1]}`];
      return [...before, name, ...args].join(' ');
    });
}

/** One word; quoted ones are always one field. */
function word(place: Place): fc.Arbitrary<string> {
  const substitution = [
    '"$(echo "$TOKEN")"',
    '"$([ -n "$TOKEN" ] && echo yes || echo no)"',
    '"$(false; echo x)"',
  ];
  const bash =
    place.shell === 'bash' ? ['"${TOKEN/s/x}"', '"${!a:-}"', '"${TOKEN:0:2}"', '"${TOKEN^^}"'] : [];
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...literals).map((text) => `'${text}'`) },
    { weight: 4, arbitrary: fc.constantFrom(...names).map((name) => `"$${name}"`) },
    { weight: 1, arbitrary: fc.constantFrom(...names).map((name) => `$${name}`) },
    { weight: 2, arbitrary: expansion() },
    {
      weight: 1,
      arbitrary: fc.constantFrom('"$?"', '"$#"', '"${1:-}"', '"$*"', '"${#TOKEN}"', '"pre-$TOKEN"'),
    },
    { weight: 1, arbitrary: fc.constantFrom(...substitution, ...bash) },
    { weight: 1, arbitrary: fc.constantFrom('$(( ${#TOKEN} + 1 ))', '"$((2 * 3))"') },
  );
}

function expansion(): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(...names),
      fc.constantFrom(':-', '-', ':+', '+', '#', '##', '%', '%%'),
      fc.constantFrom('x', 's', '', '*', 's*', '?'),
    )
    .map(([name, operator, operand]) => `"\${${name}${operator}${operand}}"`);
}

function assignment(place: Place): fc.Arbitrary<string> {
  const value = fc.oneof(
    { weight: 4, arbitrary: word(place) },
    { weight: 1, arbitrary: call(place).map((command) => `$(${command})`) },
    { weight: 1, arbitrary: fc.constantFrom('$((${#TOKEN} > 0))', '$(exit 3)', '$(test -n "$TOKEN")') },
  );
  return (
    fc
      .tuple(fc.constantFrom('', '', '', 'export '), fc.constantFrom(...plainNames), value)
      // An unquoted expansion is split in `export a=$b` by dash and not by bash; quoted it is one value in both.
      .map(
        ([keyword, name, text]) =>
          `${keyword}${name}=${keyword === '' || text.startsWith('"') ? text : `"${text.replaceAll('"', '')}"`}`,
      )
  );
}

function test(place: Place): fc.Arbitrary<string> {
  const plain = fc.oneof(
    fc
      .tuple(fc.constantFrom('-z', '-n'), quoted(place))
      .map(([operator, value]) => `[ ${operator} ${value} ]`),
    fc.constantFrom(...names).map((name) => `[ -z $${name} ]`),
    fc
      .tuple(quoted(place), fc.constantFrom('=', '!='), quoted(place))
      .map((parts) => `[ ${parts.join(' ')} ]`),
    fc
      .tuple(
        fc.constantFrom('"$#"', '"${#TOKEN}"', '"${#a}"'),
        fc.constantFrom('-eq', '-ne', '-gt', '-lt', '-ge', '-le'),
      )
      .map(([value, operator]) => `[ ${value} ${operator} 1 ]`),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom('-z', '-n'))
      .map(([name, operator]) => `test ${operator} "\${${name}+x}"`),
    fc
      .tuple(quoted(place), fc.constantFrom('-a', '-o'))
      .map(([value, operator]) => `[ -n ${value} ${operator} -n "$TOKEN" ]`),
    fc.constantFrom('[ "$TOKEN" ]', '[ ! "$TOKEN" ]', 'test ! -z "$TOKEN"'),
  );
  if (place.shell === 'sh') return plain;
  const double = fc.oneof(
    fc.constantFrom(...names).map((name) => `[[ -n $${name} ]]`),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom('s*', 'x', '""', '*3*', '?'))
      .map(([name, pattern]) => `[[ $${name} == ${pattern} ]]`),
    fc.constantFrom(
      '[[ $TOKEN =~ ^s ]]',
      '[[ ! $TOKEN ]]',
      '[[ -z $a || -z $TOKEN ]]',
      '[[ -n $a && $TOKEN != "$a" ]]',
      '[[ -v TOKEN ]]',
    ),
    fc.constantFrom('(( ${#TOKEN} > 0 ))', '(( ${#TOKEN} == 0 ))'),
  );
  return fc.oneof(plain, double);
}

/** A word in quotes, for places where a vanishing or splitting one would be a syntax error of `[`. */
function quoted(place: Place): fc.Arbitrary<string> {
  return word(place).map((text) => (/^["']/.test(text) ? text : `"${text}"`));
}

function condition(place: Place): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 5, arbitrary: test(place) },
    { weight: 2, arbitrary: call(place) },
    { weight: 2, arbitrary: test(place).map((text) => `! ${text}`) },
    { weight: 1, arbitrary: list(place) },
  );
}

function list(place: Place): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.oneof(test(place), call(place)),
      fc.array(
        fc.tuple(
          fc.constantFrom('&&', '||'),
          fc.oneof(test(place), call(place), assignment(place), leaving(place)),
        ),
        {
          minLength: 1,
          maxLength: 2,
        },
      ),
    )
    .map(([head, tail]) => [head, ...tail.map(([operator, command]) => `${operator} ${command}`)].join(' '));
}

/** Ways out of a script, a function or a loop. */
function leaving(place: Place): fc.Arbitrary<string> {
  const loop =
    place.loops > 0 ? ['break', 'continue', ...(place.loops > 1 ? ['break 2', 'continue 2'] : [])] : [];
  const inFunction = place.scope === 'm' ? ['return 3'] : ['return', 'return 0', 'return 1', 'return $?'];
  return fc.oneof(
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'exit 0',
        'exit 1',
        'exit',
        'exit $?',
        'exit "${#a}"',
        'exec deploy',
        '{ check; exit 1; }',
      ),
    },
    { weight: 3, arbitrary: fc.constantFrom('true', ...loop, ...inFunction) },
  );
}

function writing(place: Place): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom('ready', 'mode'), quoted(place), fc.constantFrom('GITHUB_OUTPUT', 'GITHUB_ENV'))
    .map(([name, value, file]) => `printf '%s\\n' "${name}="${value} >> "$${file}"`);
}

function trap(place: Place): fc.Arbitrary<Lines> {
  const actions = [
    'exit 0',
    'check',
    'true',
    'false',
    'exit 3',
    'deploy; exit 1',
    'rc=$?; check "$rc"; exit "$rc"',
    '[ $? -eq 0 ] || deploy',
    'exit',
    'false; check',
  ];
  const signals = place.shell === 'bash' ? ['EXIT', 'ERR', '0', 'EXIT ERR'] : ['EXIT', '0'];
  return fc
    .tuple(fc.constantFrom(...actions), fc.constantFrom(...signals))
    .chain(([action, signal]) =>
      fc.constantFrom([`trap '${action}' ${signal}`], [`trap '${action}' ${signal}`], [`trap - ${signal}`]),
    );
}

function heredoc(place: Place): fc.Arbitrary<Lines> {
  return fc
    .tuple(fc.boolean(), fc.constantFrom(...names), fc.constantFrom('collect', 'read -r a', ': '))
    .map(([quote, name, reader]) => {
      const end = `END${place.scope}`;
      return [`${reader} <<${quote ? `'${end}'` : end}`, `value=$${name}`, end];
    });
}

function branch(place: Place): fc.Arbitrary<Lines> {
  const inner = deeper(place);
  return fc
    .record({
      test: condition(place),
      then: block(inner),
      elif: fc.option(fc.tuple(condition(place), block(inner)), { freq: 5 }),
      otherwise: fc.option(block(inner), { freq: 2 }),
    })
    .map(({ test: first, then, elif, otherwise }) => [
      `if ${first}; then`,
      ...indent(then),
      ...(elif === null ? [] : [`elif ${elif[0]}; then`, ...indent(elif[1])]),
      ...(otherwise === null ? [] : ['else', ...indent(otherwise)]),
      'fi',
    ]);
}

function match(place: Place): fc.Arbitrary<Lines> {
  const patterns = ["''", 's*', '*3*', 'x | yes', '?', '[a-z]', '"$a"', '*'];
  const ends = place.shell === 'bash' ? [';;', ';;', ';;', ';&', ';;&'] : [';;'];
  return fc
    .tuple(
      word(place),
      fc.array(fc.tuple(fc.constantFrom(...patterns), block(deeper(place)), fc.constantFrom(...ends)), {
        maxLength: 3,
      }),
    )
    .map(([subject, arms]) => [
      `case ${subject} in`,
      ...arms.flatMap(([pattern, body, end]) => indent([`${pattern})`, ...indent(body), end])),
      'esac',
    ]);
}

function forLoop(place: Place): fc.Arbitrary<Lines> {
  const words = ['one two', '"$TOKEN"', '$TOKEN', '$a x', '"$@"', "''", ''];
  const inner = deeper(place, { loops: place.loops + 1 });
  return fc
    .tuple(fc.constantFrom('item', 'a'), fc.constantFrom(...words), block(inner))
    .map(([name, items, body]) => [`for ${name} in ${items}; do`, ...indent(body), 'done']);
}

function countingLoop(place: Place): fc.Arbitrary<Lines> {
  // The counter goes up before the body, so that `continue` cannot leave it where it is.
  const counter = `${place.scope}${place.depth}`;
  const inner = deeper(place, { loops: place.loops + 1 });
  return fc
    .tuple(fc.boolean(), fc.option(test(place), { freq: 3 }), block(inner))
    .map(([until, extra, body]) => {
      const more = until ? `[ "$${counter}" -ge 2 ]` : `[ "$${counter}" -lt 2 ]`;
      const joined = extra === null ? more : until ? `${more} || ${extra}` : `${more} && ${extra}`;
      return [
        `${counter}=0`,
        `${until ? 'until' : 'while'} ${joined}; do`,
        `  ${counter}=$((${counter} + 1))`,
        ...indent(body),
        'done',
      ];
    });
}

function readingLoop(place: Place): fc.Arbitrary<Lines> {
  const inner = deeper(place, { loops: place.loops + 1 });
  // Named by depth: here-documents inside the body have ends of their own.
  const end = `END${place.scope}${place.depth}`;
  return fc
    .tuple(block(inner), fc.constantFrom(...names))
    .map(([body, name]) => ['while read -r a; do', ...body, `done <<${end}`, 'one', `$${name}`, end]);
}

/** Groups, subshells, and both in a list or behind a redirection. */
function enclosed(place: Place): fc.Arbitrary<Lines> {
  // A subshell leaves no loop of the shell around it, and shells differ on what `break` does there.
  const inner = deeper(place, { loops: 0 });
  return fc
    .record({
      body: block(inner),
      parentheses: fc.boolean(),
      before: fc.constantFrom('', '', '! '),
      after: fc.constantFrom(
        '',
        '',
        ' || true',
        ' && check',
        ' || exit 1',
        ' > /dev/null',
        ' >> "$GITHUB_STEP_SUMMARY"',
      ),
    })
    .map(({ body, parentheses, before, after }) => [
      `${before}${parentheses ? '(' : '{'}`,
      ...indent(body),
      `${parentheses ? ')' : '}'}${after}`,
    ]);
}

function pipeline(place: Place): fc.Arbitrary<Lines> {
  // The left side calls no stub, for the two sides run at once; the right side reads everything.
  const left = [
    'echo "$TOKEN"',
    'printf \'%s\\n\' "$a"',
    'false',
    'true',
    'exit 3',
    '[ -n "$TOKEN" ]',
    '{ echo x; false; }',
  ];
  const right = [
    'collect',
    'while read -r a; do b="$a"; done',
    '{ read -r a || true; collect; }',
    '{ collect; exit 2; }',
  ];
  return fc
    .tuple(
      fc.constantFrom('', '', '! ', 'if '),
      fc.constantFrom(...left),
      fc.constantFrom(...right),
      fc.constantFrom('', '', ' || true', ' && check'),
    )
    .map(([before, first, last, after]) => {
      if (before === 'if ') return [`if ${first} | ${last}; then`, '  check', 'fi'];
      const text = `${before}${first} | ${last}${after}`;
      return place.shell === 'bash' && before === '' && after === ''
        ? [text, ': "${PIPESTATUS[0]}"']
        : [text];
    });
}

function waited(place: Place): fc.Arbitrary<Lines> {
  return fc
    .tuple(call({ ...place, functions: 0 }), fc.constantFrom('wait', 'wait $!', 'wait $! || check'))
    .map(([command, wait]) => [`${command} &`, wait]);
}

/** Things that real scripts do in more than one line. */
function pieces(place: Place): fc.Arbitrary<Lines> {
  const name = fc.constantFrom(...names);
  return fc.oneof(
    fc
      .tuple(condition(place), fc.constantFrom('check', 'false', 'true', ':'))
      .map(([test, command]) => ['set +e', test, 'rc=$?', 'set -e', `[ "$rc" -eq 0 ] || ${command}`]),
    name.map((variable) => ['missing=0', `[ -n "\${${variable}:-}" ] || missing=1`, '[ "$missing" -eq 0 ]']),
    name.map((variable) => [
      'missing=',
      `for v in a ${variable}; do eval "value=\\\${$v:-}"; [ -n "$value" ] || missing="$missing $v"; done`,
      'if [ -n "$missing" ]; then check $missing; exit 1; fi',
    ]),
    fc
      .tuple(name, fc.constantFrom(' ', ',', ':', ', '), fc.constantFrom('a,b c', ':a::b:', ' x y ', 'one'))
      .map(([variable, ifs, text]) => [
        `b='${text}'`,
        `IFS='${ifs}'`,
        `for a in $b $${variable}; do check "$a"; done`,
        'unset IFS',
      ]),
    name.map((variable) => [
      'count=0',
      `while [ "$count" -lt \${#${variable}} ]; do count=$((count + 2)); done`,
      'check "$count"',
    ]),
    fc
      .tuple(
        fc.constantFrom('true', 'false', 'exit 3', 'deploy'),
        fc.constantFrom('wait', 'wait $!', 'wait "$job" || check'),
      )
      .map(([command, wait]) => [`{ ${command}; } &`, 'job=$!', wait]),
    name.map((variable) => [
      `set -- "$${variable}" 'a b'`,
      'for a; do check "$a"; done',
      '[ $# -eq 2 ] && shift',
    ]),
    name.map((variable) => [
      `echo "$${variable}" > file`,
      'if [ -s file ]; then read -r a < file; fi',
      'check "$a"',
    ]),
    fc.constantFrom<Lines>(
      ['printf \'%s=%s\\n\' mode "$TOKEN" >> "$GITHUB_OUTPUT"'],
      ['echo "ready=${TOKEN:+true}" >> "$GITHUB_OUTPUT"'],
      ['{ echo "mode<<E"; echo "$TOKEN"; echo E; } >> "$GITHUB_OUTPUT"'],
      ['cat_() { while read -r line; do echo "$line"; done; }', 'echo "$TOKEN" | cat_ | collect'],
      ['exec 3>&1', 'check >&3'],
      ['a=$(echo x; exit 2) || b=$?', 'check "$b"'],
      ['if a=$(false); then check; else b=$?; fi'],
      ['eval \'if [ -n "$TOKEN" ]; then a=set; else a=none; fi\'', 'check "$a"'],
      ['sh -c \'[ -n "$TOKEN" ]\' || check', 'true'],
      ["sh -ec 'false; deploy' || check", 'true'],
      ['(exit 3) || a=$?', '[ "$a" = 3 ] && check', 'true'],
      [': "${a:=${TOKEN:-none}}"', 'check "$a"'],
      ['readonly r="$TOKEN" || true', 'check "$r"'],
      ['a="${TOKEN%%3*}"', 'b="${TOKEN#*c}"', 'check "$a" "$b"'],
      ['unset b', ': "${b?not set}"'],
      ['[ -n ]', '[ ! ] || check'],
      ['[ a = ] || check'],
      ['test "$TOKEN" = "" -a -n "$a" || check'],
      ['read -r a || check'],
      ['x=$((x + 1))', 'check "$x"'],
      ['[ "$((empty))" = 0 ] && check'],
    ),
  );
}

/** A `$(…)` over several lines. */
function captured(place: Place): fc.Arbitrary<Lines> {
  // bash 5.2 writes the script of a `$(…)` down anew, and behind a here-document it loses a `;` or a newline.
  const inside = block(deeper(place, { loops: 0 })).filter(
    (body) => place.shell !== 'bash' || !body.some((line) => line.includes('<<')),
  );
  return fc
    .tuple(inside, fc.constantFrom('', ' || true', ' || exit 2', ' && check'))
    .map(([body, after]) => [`a=$(`, ...indent(body), `)${after}`]);
}

/** What dash does not know. */
function bashOnly(place: Place): fc.Arbitrary<Lines> {
  const inner = deeper(place, { loops: place.loops + 1 });
  return fc.oneof(
    fc.tuple(fc.nat({ max: 2 }), block(inner)).map(([rounds, body]) => {
      const counter = `c${place.scope}${place.depth}`;
      return [`for ((${counter} = 0; ${counter} < ${rounds}; ${counter}++)); do`, ...indent(body), 'done'];
    }),
    fc
      .constantFrom(...names)
      .map((name) => [
        'missing=()',
        `for v in ${name} TOKEN; do [[ -n "\${!v:-}" ]] || missing+=("$v"); done`,
        'if (( ${#missing[@]} > 0 )); then check "${missing[@]}"; fi',
      ]),
    fc
      .constantFrom(...names)
      .map((name) => [
        `IFS=, read -r -a items <<< "$${name}"`,
        'for a in "${items[@]}"; do check "$a"; done',
      ]),
    fc.constantFrom(
      ['read -r a <<< "$TOKEN"'],
      ['printf -v b \'%s\' "$TOKEN"'],
      ['while read -r a; do check; done < <(echo "$TOKEN")'],
      ['flag=0', '(( flag += 1 ))', '(( flag-- ))'],
      ['flag=0', '(( flag++ ))', 'check'],
      ['missing=()', '[ -n "$TOKEN" ] || missing+=(TOKEN)', '[ "${#missing[@]}" -eq 0 ]'],
      ['missing=()', 'for a in "${missing[@]}"; do check; done'],
      ['list=(x "$TOKEN" "$a")', 'check "${list[1]}" "${#list[@]}" "${list[@]:1}" "${list[-1]}"'],
      ['list=($TOKEN)', '(( ${#list[@]} )) || check'],
      ['declare -A map=([k]="$TOKEN" [l]=x)', '[ -n "${map[k]}" ] && check', 'true'],
      ['false | true | true', 'check "${PIPESTATUS[*]}"'],
      ['set +e', 'false | true', 'a=${PIPESTATUS[0]}', 'set -e', '[ "$a" -eq 0 ]'],
      ['set +o pipefail', 'false | true', 'check', 'set -o pipefail'],
      ['export b=$(false)', 'readonly c=$(exit 2)', 'check "$?"'],
      ['declare b', 'declare -i n=3', 'n+=2', 'check "$n"'],
      ['mapfile -t list <<< "$TOKEN"', 'check "${#list[@]}"'],
      ['printf -v b "%s-%d" "$TOKEN" 3', 'check "$b"'],
      ['case "$TOKEN" in s*) check ;;& *3*) deploy ;& nothing) check ;; *) exit 1 ;; esac'],
      ['shopt -s nocasematch', '[[ $TOKEN == S3* ]] && check', 'shopt -u nocasematch'],
      ['a="${TOKEN//3/_}"', 'b="${TOKEN/#s/S}"', 'check "$a" "$b" "${TOKEN^}" "${a:1:2}" "${a: -2}"'],
      ["a=$'x\\ty'", 'check "$a"', 'echo -e "a\\tb" > file', 'read -r b < file', 'check "$b"'],
      ['echo "$TOKEN" > file', 'a=$(<file)', 'check "$a"'],
      ['check {a,b}"$TOKEN" {1..3}'],
      ['[[ $TOKEN =~ ^s([0-9])(.*)$ ]] && check "${BASH_REMATCH[1]}"', 'true'],
      ['[[ -n $TOKEN && ( $a == x || ! -z $b ) ]] || check'],
      ['[[ "$a" -eq 0 ]] && check', '[[ $a < b ]] || check'],
      ['for ((i = 0; i < ${#TOKEN}; i++)); do (( i == 1 )) && continue; (( i > 2 )) && break; check; done'],
      ['set -E', "trap 'check' ERR", 'first'],
      ['let "n = 1 + 2"', 'let n-=3 || check'],
      ['if ! b=$(false) || [[ -z $b ]]; then check; fi'],
      ['read -r a b <<< "x  $TOKEN y"', 'check "$a" "$b"'],
      ['while IFS== read -r k v; do check "$k" "$v"; done <<< "a=$TOKEN"'],
      ['(( b = ${#TOKEN} ? 1 : 0 ))'],
      ['declare b="$(false)"'],
      ['a+=more'],
      ['[[ $a ]] && b=$a || b=none'],
    ),
    fc
      .constantFrom('local a=$(false)', 'local b="$TOKEN"', 'local a')
      .map((text) => (place.scope === 'm' ? [text, 'true'] : [text])),
  );
}
