import {
  type Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';
import type { Random } from './random.js';

// Changes that a text may suffer: at the hands of a broken editor, of a bad merge, of somebody who means harm.
// Each takes a text and gives another one, which need not be well-formed in any way.

export type Mutator = (text: string, random: Random, others: readonly string[]) => string;

/** What is put into texts: characters and words that mean something to somebody on the way. */
const hostilePieces: readonly string[] = [
  ...'\0 \u001b[31m \u0007 \u202e \u2066 \ufeff \u2028 \u0085 \u00a0 \ud800 \udfff \r \n \r\n \t 👩‍💻 e\u0301'.split(
    ' ',
  ),
  ...['\n\n\n', '\n::error::x\n', '##[error]x', ' ', '%YAML 1.1\n', '---\n', '...\n', '- ', ': ', ' #', '? '],
  ...'&a *a | >- |9 { } [ ] # @ ` " \' \\ \\u \\x4 , ${{ }}'.split(' '),
  ...['&a ', '<<: *a', '!!binary ', '!!str ', '__proto__:\n  x: y'],
  ...['${{ secrets.TOKEN }}', "${{ '", '${{ github.event_name }}', '${{ fromJSON(', '${{ !'],
  ...'__proto__ constructor toString hasOwnProperty valueOf'.split(' '),
];

/** What a shell, or one of the other languages, makes something of. */
const tokens: readonly string[] = [
  ...'&& || ; ;; & | |& ! ( ) { } (( )) [[ ]] [ ] $( ` " \' $(( * # > <( >( <<< 2>&1 >&2 $? $$ {1..9}'.split(
    ' ',
  ),
  ...'if then elif else fi case esac in while until do done f exit return continue shift eval exec'.split(
    ' ',
  ),
  ...['|| true', '{ ', 'for x in', 'select x', 'function f', 'f() {', 'exit 0', 'break 9', 'local x=$(f)'],
  ...[
    'set -e',
    'set +e',
    'set -u',
    'set -o pipefail',
    'trap f EXIT',
    'trap - ERR',
    '. ./x',
    'source /dev/stdin',
  ],
  ...'${x:- ${x:?} ${!x} ${x//a/b} $TOKEN "$@" >>"$GITHUB_OUTPUT"'.split(' '),
  ...['<<EOF', "<<'EOF'", '<<-EOF\n', '\nEOF\n', '\\\n'],
  ...'=> ?. ??= ... await lambda: -not $env:TOKEN throw @( process.exit(0) sys.exit() except:'.split(' '),
  ...['try {', '} catch {', 'async () => {', 'import x', 'def f():', '-ErrorAction Stop', 'class A {'],
];

const whole: Mutator = (text, random) => {
  const changes: readonly (() => string)[] = [
    () => text.slice(0, random.below(text.length)),
    () => text.slice(random.below(text.length)),
    () => text.replaceAll('\n', '\r\n'),
    () => text.replaceAll('\n', '\r'),
    () => text.replaceAll('  ', '\t'),
    () => `\ufeff${text}`,
    () => text + text,
    () => text.trimEnd(),
    () => '',
  ];
  return random.one(changes)();
};

/** Single characters and short runs of them. */
export const bytes: Mutator = (text, random) => {
  const at = random.below(text.length + 1);
  const length = random.onceIn(4) ? random.below(200) : 1 + random.below(4);
  const changes: readonly (() => string)[] = [
    () => splice(text, at, length, ''),
    () => splice(text, at, 0, text.slice(at, at + length)),
    () => splice(text, at, 0, random.one(hostilePieces)),
    () => splice(text, at, length, random.one(hostilePieces)),
    () => splice(text, at, 1, String.fromCharCode(random.below(random.onceIn(4) ? 0x1_0000 : 0x80))),
    () => splice(text, at, 0, (text[at] ?? 'x').repeat(1 + random.below(300))),
  ];
  return random.onceIn(12) ? whole(text, random, []) : random.one(changes)();
};

/** Whole lines. */
export const lines: Mutator = (text, random, others) => {
  const all = text.split('\n');
  const at = random.below(all.length);
  const line = all[at] ?? '';
  const count = random.onceIn(3) ? random.below(8) : 1;
  const put = (index: number, removed: number, ...added: string[]) => {
    const changed = [...all];
    changed.splice(index, removed, ...added);
    return changed.join('\n');
  };
  const foreign = () => {
    const from = (others.length > 0 ? random.one(others) : text).split('\n');
    const start = random.below(from.length);
    return from.slice(start, start + 1 + random.below(6));
  };
  const changes: readonly (() => string)[] = [
    () => put(at, count),
    () => put(at, 0, ...all.slice(at, at + count)),
    () => put(random.below(all.length), 0, ...all.slice(at, at + count)),
    () => put(at, 1, ' '.repeat(1 + random.below(4)) + line),
    () => put(at, 1, line.slice(random.below(5))),
    () => put(at, 1, line.trimStart()),
    () => put(at, 1, line.replace(/:.*/, ':')),
    () => put(at, 0, ...foreign()),
    () => put(at, count, ...foreign()),
    () => put(at, 0, ...Array.from({ length: random.below(60) }, () => line)),
    () => put(at, 1, all[random.below(all.length)] ?? ''),
  ];
  return random.one(changes)();
};

/** The nodes of a YAML tree, written out again. A text that is no YAML is returned as it is. */
export const yamlNodes: Mutator = (text, random, others) => {
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
  if (document.errors.length > 0) return lines(text, random, others);
  const pairs: { key: unknown; value: unknown }[] = [];
  const collections: { items: unknown[] }[] = [];
  visit(document, {
    Pair: (_, pair) => void pairs.push(pair),
    Collection: (_, node) => void collections.push(node),
  });
  if (pairs.length === 0) return lines(text, random, others);
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    changeNode(document, random, pairs, collections, others);
  }
  return written(document, random.onceIn(2) ? 0 : 80) ?? lines(text, random, others);
};

/** null for a tree that has no text: one that contains itself, is too deep, or has an alias before its anchor. */
function written(document: Document.Parsed, lineWidth: number): string | null {
  try {
    return document.toString({ lineWidth });
  } catch {
    return null;
  }
}

function changeNode(
  document: Document.Parsed,
  random: Random,
  pairs: readonly { key: unknown; value: unknown }[],
  collections: readonly { items: unknown[] }[],
  others: readonly string[],
): void {
  const pair = random.one(pairs);
  const other = random.one(pairs);
  const { items } = random.one(collections);
  const changes: readonly (() => void)[] = [
    () => {
      pair.value = document.createNode(random.one(oddValues));
    },
    () => {
      pair.key = document.createNode(random.one(oddKeys));
    },
    () => {
      pair.value = foreignValue(random, others) ?? other.value;
    },
    () => {
      [pair.value, other.value] = [other.value, pair.value];
    },
    () => {
      pair.key = other.key;
    },
    () => {
      pair.value = document.createNode([pair.value]);
    },
    () => {
      pair.value = document.createNode({ a: pair.value });
    },
    () => void items.splice(random.below(items.length), 1),
    () => void items.push(...items.slice(0, 1 + random.below(3))),
    () => void items.reverse(),
    () => {
      const { value } = pair;
      if (!isScalar(value) && !isCollection(value)) return;
      value.anchor ||= 'anchor';
      other.value = document.createAlias(value);
    },
    () => {
      const { value } = pair;
      if (isScalar(value))
        value.type = random.one(['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED']);
      else if (isMap(value) || isSeq(value)) value.flow = !value.flow;
    },
    () => {
      const { value } = pair;
      if (isScalar(value) && typeof value.value === 'string')
        value.value = bytes(value.value, random, others);
    },
  ];
  random.one(changes)();
}

/** A value from another file. */
function foreignValue(random: Random, others: readonly string[]): unknown {
  if (others.length === 0) return null;
  const found: unknown[] = [];
  visit(parseDocument(random.one(others), { uniqueKeys: false, logLevel: 'silent' }), {
    Pair: (_, pair) => void (isPair(pair) && found.push(pair.value)),
  });
  return found.length === 0 ? null : random.one(found);
}

const oddValues: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, Number.POSITIVE_INFINITY, [], {}, [[]], [null], { a: null }],
  ...['', ' ', '0', 'true', 'null', '~', 'x'.repeat(5_000), 'a\n'.repeat(200), '\u202e', '::error::x'],
  ...[
    '${{ secrets.TOKEN }}',
    '${{ secrets }}',
    "${{ secrets.TOKEN != '' }}",
    '${{ always() }}',
    '${{ }}',
    '${{',
  ],
  ...['exit 0', 'if [ -z "$TOKEN" ]; then exit 0; fi; make', 'bash {0}', 'python', 'pwsh', 'sh -c x'],
  ...['./../../x', './.github/workflows/ci.yml', './', 'docker://x', 'a/b@', 'a/b/c@v1'],
];

const oddKeys: readonly string[] = [
  ...'__proto__ constructor toString << on true null 1 * é env if run uses with steps jobs needs shell'.split(
    ' ',
  ),
  ...'outputs secrets strategy matrix continue-on-error defaults id name permissions container'.split(' '),
  ...['services', 'TOKEN', 'runs-on', 'inputs', '', ' ', 'a: b', '${{ x }}'],
];

/** Words and operators, wherever they stand. */
export const shellTokens: Mutator = (text, random) => {
  const all = text.match(/\w+|[^\S\n]+|\n|[^\w\s]+/g) ?? [];
  const at = random.below(all.length);
  const put = (removed: number, ...added: string[]) => {
    const changed = [...all];
    changed.splice(at, removed, ...added);
    return changed.join('');
  };
  const changes: readonly (() => string)[] = [
    () => put(0, ` ${random.one(tokens)} `),
    () => put(1, random.one(tokens)),
    () => put(1 + random.below(3)),
    () => put(0, ...all.slice(at, at + 1 + random.below(4))),
    () => put(1, all[random.below(all.length)] ?? ''),
    () => put(0, random.one(tokens).repeat(1 + random.below(40))),
  ];
  return random.one(changes)();
};

/** Words and operators in the texts of a YAML tree, which stays well-formed around them. */
export const scriptTokens: Mutator = (text, random, others) => {
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
  if (document.errors.length > 0) return shellTokens(text, random, others);
  const scripts: Scalar<string>[] = [];
  visit(document, {
    Scalar: (key, node) => void (key === 'value' && isText(node) && scripts.push(node)),
  });
  if (scripts.length === 0) return shellTokens(text, random, others);
  const long = scripts.filter(({ value }) => value.includes('\n'));
  const script = random.one(long.length > 0 && !random.onceIn(3) ? long : scripts);
  script.value = shellTokens(script.value, random, others);
  return written(document, 0) ?? shellTokens(text, random, others);
};

function isText(node: Scalar): node is Scalar<string> {
  return typeof node.value === 'string';
}

export const mutators: Readonly<Record<string, Mutator>> = {
  bytes,
  lines,
  yamlNodes,
  shellTokens,
  scriptTokens,
};

function splice(text: string, at: number, removed: number, added: string): string {
  return text.slice(0, at) + added + text.slice(at + removed);
}
