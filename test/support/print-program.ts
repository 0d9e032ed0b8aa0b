import type {
  Arithmetic,
  Assignment,
  Block,
  Condition,
  Node,
  Part,
  Program,
  Redirect,
  Word,
} from '../../src/program/program.js';
import type { Place } from '../../src/text/script.js';
import { printCompute, printExpression } from './print-compute.js';

// One line per program, for tests. Words stand apart by blanks; what is quoted stands in `'…'` (text) or has
// a `"` before it (expansions); everything that is not plain text stands in `<…>`.

export function printProgram(program: Program): string {
  const body = printBlock(program.body);
  return program.unreadable ? `UNREADABLE ${body}` : body;
}

export function printBlock(block: Block): string {
  return block.map(printNode).join('; ');
}

/** The text that a place covers. */
export function placeText(at: Place): string {
  return at.text.text.slice(at.start, at.end);
}

export function printNode(node: Node): string {
  switch (node.kind) {
    case 'call':
      return [
        ...node.assignments.map(printAssignment),
        ...node.words.map((word) =>
          word.assignment ? `@${printAssignment(word.assignment)}` : printWord(word),
        ),
        ...node.redirects.map(printRedirect),
      ].join(' ');
    case 'sequence':
      return `{${printBlock(node.body)}}`;
    case 'and':
    case 'or':
      return `(${printNode(node.left)} ${placeText(node.operatorAt)} ${printNode(node.right)})`;
    case 'not':
      return `not(${printNode(node.body)})`;
    case 'branch': {
      const otherwise = node.otherwise ? ` else ${printNode(node.otherwise)}` : '';
      return `if(${printNode(node.test)} then ${printNode(node.then)}${otherwise})`;
    }
    case 'match': {
      const arms = node.arms.map(
        (arm) => `${arm.patterns.map(printWord).join(' | ')} -> ${printNode(arm.body)} ${arm.then}`,
      );
      return `match(${printWord(node.subject)}: ${arms.join(', ')})`;
    }
    case 'for': {
      const items = node.items ? node.items.map(printWord).join(' ') : '<positional>';
      return `for(${node.variable} in ${items}: ${printNode(node.body)})`;
    }
    case 'while':
      return `${node.until ? 'until' : 'while'}(${printNode(node.test)}: ${printNode(node.body)})`;
    case 'count': {
      const head = [node.initialise, node.test, node.update].map((part) =>
        part ? printArithmetic(part) : '',
      );
      return `count(${head.join('; ')}: ${printNode(node.body)})`;
    }
    case 'pipeline': {
      const stages = node.stages.map(
        (stage, i) => (i === 0 ? '' : node.stderr[i - 1] ? ' |& ' : ' | ') + printNode(stage),
      );
      return `pipe(${stages.join('')})`;
    }
    case 'subshell':
      return `sub(${printNode(node.body)})`;
    case 'redirected':
      return `redirected(${printNode(node.body)} ${node.redirects.map(printRedirect).join(' ')})`;
    case 'background':
      return `background(${printNode(node.body)})`;
    case 'define':
      return `define(${node.name}: ${printNode(node.body)})`;
    case 'test':
      return `test(${printCondition(node.condition)})`;
    case 'arithmetic':
      return `arithmetic(${printArithmetic(node.expression)})`;
    case 'evaluate':
    case 'each':
    case 'try':
    case 'throw':
    case 'put-out':
    case 'exit':
    case 'set-outcome':
    case 'return':
    case 'jump':
      return printCompute(node);
    case 'opaque':
      return `opaque(${node.reason})`;
  }
}

function printAssignment({ name, index, append, value }: Assignment): string {
  const target = index ? `${name}[${printWord(index)}]` : name;
  const text =
    value.kind === 'array'
      ? `(${value.elements.map((item) => (item.assignment ? printAssignment(item.assignment) : printWord(item))).join(' ')})`
      : printWord(value);
  return `${target}${append ? '+=' : '='}${text}`;
}

function printRedirect({ descriptor, operator, target }: Redirect): string {
  return `${descriptor}${operator}${printWord(target)}`;
}

export function printWord(word: Word): string {
  return word.parts.map(printPart).join('');
}

function printPart(part: Part): string {
  const quote = 'quoted' in part && part.quoted ? '"' : '';
  switch (part.kind) {
    case 'text':
      return part.quoted ? `'${part.text.replaceAll('\n', '\\n')}'` : part.text;
    case 'command':
      return `<${quote}command ${printBlock(part.body)}>`;
    case 'process':
      return `<process ${part.direction} ${printBlock(part.body)}>`;
    case 'arithmetic':
      return `<${quote}arithmetic ${printArithmetic(part.expression)}>`;
    case 'paste':
      return `<${quote}paste ${placeText(part.at)}>`;
    case 'glob':
    case 'brace': {
      const inner = part.inner.length > 0 ? ` with ${part.inner.map(printPart).join(' ')}` : '';
      return `<${part.kind} ${part.text}${inner}>`;
    }
    case 'home':
      return `<home ${part.text}>`;
    case 'parameter': {
      const { name, indirect, length, index, operation } = part;
      const target = `${indirect ? '!' : ''}${length ? '#' : ''}${name}${index ? `[${printWord(index)}]` : ''}`;
      return `<${quote}$${target}${operation ? ` ${printOperation(operation)}` : ''}>`;
    }
  }
}

function printOperation(operation: NonNullable<(Part & { kind: 'parameter' })['operation']>): string {
  switch (operation.kind) {
    case 'default':
      return `${operation.operator} ${printWord(operation.operand)}`;
    case 'remove':
      return `${operation.operator} ${printWord(operation.pattern)}`;
    case 'replace':
      return `${operation.operator} ${printWord(operation.pattern)} by ${printWord(operation.replacement)}`;
    case 'slice':
      return `slice ${printWord(operation.offset)}${operation.length ? ` ${printWord(operation.length)}` : ''}`;
    case 'case':
      return operation.operator;
    case 'transform':
      return `@${operation.operator}`;
    case 'names':
    case 'unknown':
      return operation.kind;
  }
}

export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'truth':
      return printExpression(condition.value);
    case 'and':
    case 'or':
      return `(${condition.operands.map(printCondition).join(condition.kind === 'and' ? ' && ' : ' || ')})`;
    case 'not':
      return `not ${printCondition(condition.operand)}`;
    case 'unary':
      return `${condition.operator} ${printWord(condition.operand)}`;
    case 'binary':
      return `${printWord(condition.left)} ${condition.operator} ${printWord(condition.right)}`;
  }
}

export function printArithmetic(expression: Arithmetic): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value);
    case 'variable':
      // `$1` is a parameter, 1 a number.
      return `${/^\w*[A-Za-z_]/.test(expression.name) ? '' : '$'}${expression.name}${expression.index ? `[${printWord(expression.index)}]` : ''}`;
    case 'word':
      return `word(${printWord(expression.word)})`;
    case 'unary': {
      const operand = printArithmetic(expression.operand);
      return expression.prefix ? `(${expression.operator}${operand})` : `(${operand}${expression.operator})`;
    }
    case 'binary':
      return `(${printArithmetic(expression.left)} ${expression.operator} ${printArithmetic(expression.right)})`;
    case 'ternary':
      return `(${printArithmetic(expression.test)} ? ${printArithmetic(expression.then)} : ${printArithmetic(expression.otherwise)})`;
    case 'unknown':
      return 'unknown';
  }
}
