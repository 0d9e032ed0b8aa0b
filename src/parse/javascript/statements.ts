import type * as acorn from 'acorn';
import { readBinding } from './bindings.js';
import { asExpression, readClass, readExpression, readFunction } from './expressions.js';
import { deeper, field, nodeIn, type Reading, rangeOf } from './reading.js';
import type { Statement } from './tree.js';

type Listed = acorn.Statement | acorn.ModuleDeclaration;

export function readBlock(nodes: readonly Listed[], reading: Reading): Statement[] {
  return nodes.map((node) => readStatement(node, reading));
}

export function readStatement(node: Listed, reading: Reading): Statement {
  // `declare const x: string` and `import type` are types alone.
  const erased = field(node, 'declare') === true || isType(node, 'importKind') || isType(node, 'exportKind');
  return erased ? { kind: 'nothing', ...rangeOf(node) } : deeper(reading, () => readOne(node, reading));
}

function isType(node: acorn.Node, name: string): boolean {
  return field(node, name) === 'type';
}

function readOne(node: Listed, reading: Reading): Statement {
  const at = rangeOf(node);
  const expression = (child: acorn.Expression) => readExpression(child, reading);
  const statement = (child: acorn.Statement) => readStatement(child, reading);
  switch (node.type) {
    case 'ExpressionStatement':
      return { kind: 'expression', expression: expression(node.expression), ...at };
    case 'VariableDeclaration':
      return {
        kind: 'declare',
        how: node.kind === 'let' || node.kind === 'var' ? node.kind : 'const',
        bindings: node.declarations.map(({ id, init }) => ({
          target: readBinding(id, reading),
          value: init ? expression(init) : null,
        })),
        ...at,
      };
    case 'FunctionDeclaration':
      return { kind: 'function', name: node.id?.name ?? '', value: readFunction(node, reading), ...at };
    case 'ClassDeclaration':
      return { kind: 'class', name: node.id?.name ?? '', value: readClass(node, reading), ...at };
    case 'IfStatement':
      return {
        kind: 'if',
        test: expression(node.test),
        then: statement(node.consequent),
        otherwise: node.alternate ? statement(node.alternate) : null,
        ...at,
      };
    case 'ForStatement':
      return readFor(node, reading);
    case 'ForInStatement':
    case 'ForOfStatement':
      return readEach(node, reading);
    case 'WhileStatement':
      return { kind: 'while', test: expression(node.test), body: statement(node.body), ...at };
    case 'DoWhileStatement':
      return { kind: 'do', test: expression(node.test), body: statement(node.body), ...at };
    case 'SwitchStatement':
      return {
        kind: 'switch',
        subject: expression(node.discriminant),
        cases: node.cases.map((one) => ({
          test: one.test ? expression(one.test) : null,
          body: readBlock(one.consequent, reading),
          ...rangeOf(one),
        })),
        ...at,
      };
    case 'TryStatement':
      return readTry(node, reading);
    case 'ThrowStatement':
      return { kind: 'throw', value: expression(node.argument), ...at };
    case 'ReturnStatement':
      return { kind: 'return', value: node.argument ? expression(node.argument) : null, ...at };
    case 'BreakStatement':
      return { kind: 'break', label: node.label?.name ?? null, ...at };
    case 'ContinueStatement':
      return { kind: 'continue', label: node.label?.name ?? null, ...at };
    case 'BlockStatement':
      return { kind: 'block', body: readBlock(node.body, reading), ...at };
    case 'LabeledStatement':
      return { kind: 'labelled', label: node.label.name, body: statement(node.body), ...at };
    case 'EmptyStatement':
    case 'DebuggerStatement':
      return { kind: 'nothing', ...at };
    case 'WithStatement':
      return { kind: 'other', what: node.type, ...at };
    default:
      return readModulePart(node, reading);
  }
}

function readFor(node: acorn.ForStatement, reading: Reading): Statement {
  const { init, test, update } = node;
  return {
    kind: 'for',
    initialise: init ? readInitialiser(init, reading) : null,
    test: test ? readExpression(test, reading) : null,
    update: update ? readExpression(update, reading) : null,
    body: readStatement(node.body, reading),
    ...rangeOf(node),
  };
}

function readInitialiser(node: acorn.VariableDeclaration | acorn.Expression, reading: Reading): Statement {
  if (node.type === 'VariableDeclaration') return readStatement(node, reading);
  return { kind: 'expression', expression: readExpression(node, reading), ...rangeOf(node) };
}

function readEach(node: acorn.ForInStatement | acorn.ForOfStatement, reading: Reading): Statement {
  const { left } = node;
  const declared = left.type === 'VariableDeclaration' ? left.declarations[0]?.id : left;
  if (!declared) return { kind: 'other', what: node.type, ...rangeOf(node) };
  return {
    kind: 'each',
    over: node.type === 'ForInStatement' ? 'keys' : 'values',
    target: readBinding(declared, reading),
    declares: left.type === 'VariableDeclaration',
    iterable: readExpression(node.right, reading),
    body: readStatement(node.body, reading),
    ...rangeOf(node),
  };
}

function readTry(node: acorn.TryStatement, reading: Reading): Statement {
  const { handler, finalizer } = node;
  return {
    kind: 'try',
    body: readBlock(node.block.body, reading),
    handler: handler
      ? {
          error: handler.param ? readBinding(handler.param, reading) : null,
          body: readBlock(handler.body.body, reading),
          ...rangeOf(handler),
        }
      : null,
    last: finalizer ? readBlock(finalizer.body, reading) : null,
    ...rangeOf(node),
  };
}

function readModulePart(node: acorn.ModuleDeclaration, reading: Reading): Statement {
  const at = rangeOf(node);
  switch (node.type) {
    case 'ImportDeclaration':
      return {
        kind: 'import',
        source: String(node.source.value),
        names: node.specifiers.flatMap((specifier) =>
          isType(specifier, 'importKind')
            ? []
            : [{ imported: importedName(specifier), local: specifier.local.name }],
        ),
        ...at,
      };
    case 'ExportNamedDeclaration':
      if (node.source) return { kind: 'import', source: String(node.source.value), names: [], ...at };
      return {
        kind: 'export',
        body: node.declaration ? readStatement(node.declaration, reading) : { kind: 'nothing', ...at },
        names: node.declaration
          ? null
          : node.specifiers.map(({ local, exported }) => ({
              local: specifierName(local),
              exported: specifierName(exported),
            })),
        ...at,
      };
    case 'ExportAllDeclaration':
      return { kind: 'import', source: String(node.source.value), names: [], ...at };
    case 'ExportDefaultDeclaration':
      return readDefault(node.declaration, reading);
    default:
      return readTyped(node, reading);
  }
}

function importedName(
  specifier: acorn.ImportSpecifier | acorn.ImportDefaultSpecifier | acorn.ImportNamespaceSpecifier,
): string {
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  return specifierName(specifier.imported);
}

function specifierName(name: acorn.Identifier | acorn.Literal): string {
  return name.type === 'Identifier' ? name.name : String(name.value);
}

/** The name of a default export that has none of its own. */
const DEFAULT = '(default)';

function readDefault(node: acorn.ExportDefaultDeclaration['declaration'], reading: Reading): Statement {
  const at = rangeOf(node);
  const exported = (body: Statement, local: string): Statement => ({
    kind: 'export',
    body,
    names: [{ local, exported: 'default' }],
    ...at,
  });
  if (node.type === 'FunctionDeclaration') {
    const name = node.id?.name ?? DEFAULT;
    return exported({ kind: 'function', name, value: readFunction(node, reading), ...at }, name);
  }
  if (node.type === 'ClassDeclaration') {
    const name = node.id?.name ?? DEFAULT;
    return exported({ kind: 'class', name, value: readClass(node, reading), ...at }, name);
  }
  const target = { kind: 'name', name: DEFAULT, ...at } as const;
  const value = readExpression(node, reading);
  return exported({ kind: 'declare', how: 'const', bindings: [{ target, value }], ...at }, DEFAULT);
}

/** Statements that only TypeScript has. */
function readTyped(node: acorn.Node, reading: Reading): Statement {
  const at = rangeOf(node);
  switch (node.type) {
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSDeclareFunction':
    case 'TSNamespaceExportDeclaration':
      return { kind: 'nothing', ...at };
    case 'TSEnumDeclaration': {
      const name = nodeIn(node, 'id');
      return { kind: 'class', name: String(name && field(name, 'name')), value: null, ...at };
    }
    case 'TSExportAssignment': {
      const value = nodeIn(node, 'expression');
      if (value)
        return { kind: 'expression', expression: readExpression(asExpression(value), reading), ...at };
    }
  }
  return { kind: 'other', what: node.type, ...at };
}
