import type { ComputeNode, Expression, FunctionValue, Target } from '../../src/program/compute.js';
import type { Block } from '../../src/program/program.js';
import { placeText, printBlock } from './print-program.js';

// Values and statements of languages that are no shells, on one line, for tests.

export function printCompute(node: ComputeNode): string {
  switch (node.kind) {
    case 'evaluate':
      return printExpression(node.expression);
    case 'each': {
      const otherwise = node.otherwise ? ` else ${printBlock(node.otherwise)}` : '';
      return `each(${printTarget(node.target)} in ${printExpression(node.source)}: ${printBlock(node.body)}${otherwise})`;
    }
    case 'try': {
      const handlers = node.handlers.map(({ types, binds, body }) => {
        const what = types ? types.map(printExpression).join(' | ') : 'all';
        return ` catch(${what}${binds ? ` as ${printTarget(binds)}` : ''}: ${printBlock(body)})`;
      });
      const tail = (word: string, block: Block | null) => (block ? ` ${word} ${printBlock(block)}` : '');
      return `try(${printBlock(node.body)}${handlers.join('')}${tail('else', node.otherwise)}${tail('finally', node.finally)})`;
    }
    case 'throw':
      return `throw(${node.value ? printExpression(node.value) : ''})`;
    case 'return':
      return `return(${node.value ? printExpression(node.value) : ''})`;
    case 'jump':
      return `${node.how}(${node.levels})`;
    case 'put-out': {
      const file = node.file ? ` ${node.file.append ? '>>' : '>'} ${printExpression(node.file.path)}` : '';
      return `put-out(${printExpression(node.value)}${file})`;
    }
    case 'exit':
      return `exit(${node.value ? printExpression(node.value) : ''})`;
    case 'set-outcome':
      return `outcome = ${printExpression(node.value)}`;
  }
}

export function printExpression(expression: Expression): string {
  const list = (all: readonly Expression[]) => all.map(printExpression).join(', ');
  switch (expression.kind) {
    case 'literal':
      return JSON.stringify(expression.value);
    case 'text':
      return `text(${list(expression.parts)})`;
    case 'paste':
      return `paste(${placeText(expression.at)})`;
    case 'variable':
      return expression.slot;
    case 'library':
      return `<${expression.path}>`;
    case 'list':
      return `[${expression.items.map((item) => `${item.spread ? '...' : ''}${printExpression(item.value)}`).join(', ')}]`;
    case 'record':
      return `{${expression.entries.map(({ key, value }) => `${key ? printExpression(key) : '...'}: ${printExpression(value)}`).join(', ')}}`;
    case 'member':
      return `${printExpression(expression.object)}${expression.optional ? '?' : ''}.${expression.name}`;
    case 'item':
      return `${printExpression(expression.object)}[${printExpression(expression.index)}]`;
    case 'invoke': {
      const args = expression.args.map(
        ({ name, value, spread }) =>
          `${name ? `${name}=` : ''}${spread ? '...' : ''}${printExpression(value)}`,
      );
      return `${printExpression(expression.callee)}(${args.join(', ')})`;
    }
    case 'inherited':
      return `super(${list([expression.self, ...expression.bases])}).${expression.name}`;
    case 'not':
      return `not ${printExpression(expression.operand)}`;
    case 'and':
    case 'or':
    case 'coalesce':
      return `(${printExpression(expression.left)} ${expression.kind} ${printExpression(expression.right)})`;
    case 'choose':
      return `(${printExpression(expression.test)} ? ${printExpression(expression.then)} : ${printExpression(expression.otherwise)})`;
    case 'compare':
    case 'operate':
      return `(${printExpression(expression.left)} ${expression.operator} ${printExpression(expression.right)})`;
    case 'contains':
      return `(${printExpression(expression.item)} in ${printExpression(expression.container)})`;
    case 'assign':
      return `${printTarget(expression.target)} = ${printExpression(expression.value)}`;
    case 'collect': {
      const clauses = expression.clauses.map(
        ({ target, source, conditions }) =>
          ` for ${printTarget(target)} in ${printExpression(source)}${conditions.map((one) => ` if ${printExpression(one)}`).join('')}`,
      );
      const key = expression.key ? `${printExpression(expression.key)}: ` : '';
      return `collect(${key}${printExpression(expression.element)}${clauses.join('')})`;
    }
    case 'function':
      return printFunction(expression);
    case 'class':
      return `class ${expression.name}(${list(expression.bases)}){${expression.members.map(({ name, value }) => `${name}: ${printExpression(value)}`).join('; ')}}`;
    case 'several':
      return `several(${list(expression.parts)})`;
    case 'command': {
      const args = expression.args.map((arg) => {
        if (arg.kind === 'named') return `${arg.written}${arg.value ? `:${printExpression(arg.value)}` : ''}`;
        return `${arg.spread ? '...' : ''}${printExpression(arg.value)}`;
      });
      const input = expression.input ? `${printExpression(expression.input)} | ` : '';
      return `${input}${expression.sourced ? '. ' : ''}run(${[printExpression(expression.name), ...args].join(' ')})`;
    }
    case 'outcome':
      return `<last ${expression.what}>`;
    case 'gather':
      return `gather(${printBlock(expression.body)})`;
    case 'as-list':
      return `as-list(${printExpression(expression.value)})`;
    case 'matches':
      return `(${printExpression(expression.value)} ${expression.by} ${printExpression(expression.pattern)})`;
    case 'is-empty':
      return `is-empty(${printExpression(expression.value)})`;
    case 'unknown':
      return `unknown(${list(expression.parts)})`;
  }
}

function printFunction({ name, parameters, body, generator }: FunctionValue): string {
  const slots = parameters.map(({ target, initial, rest }) => {
    const marks = { list: '*', record: '**' };
    return `${rest ? marks[rest] : ''}${printTarget(target)}${initial ? `=${printExpression(initial)}` : ''}`;
  });
  return `${generator ? 'generator' : 'function'} ${name}(${slots.join(', ')}){${printBlock(body)}}`;
}

export function printTarget(target: Target): string {
  switch (target.kind) {
    case 'variable':
      return target.slot;
    case 'member':
      return `${printExpression(target.object)}.${target.name}`;
    case 'item':
      return `${printExpression(target.object)}[${printExpression(target.index)}]`;
    case 'list':
      return `[${[...target.targets.map(printTarget), ...(target.rest ? [`...${printTarget(target.rest)}`] : []), ...(target.last ?? []).map(printTarget)].join(', ')}]`;
    case 'record': {
      const entries = target.entries.map(({ key, target: inner }) => `${key}: ${printTarget(inner)}`);
      return `{${[...entries, ...(target.rest ? [`...${printTarget(target.rest)}`] : [])].join(', ')}}`;
    }
    case 'default':
      return `${printTarget(target.target)} ?? ${printExpression(target.value)}`;
    case 'unknown':
      return 'unknown';
  }
}
