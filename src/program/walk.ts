import type { Arithmetic, Assignment, Block, Condition, Node, Part, Redirect, Word } from './program.js';

/** `$(…)` or `<(…)`: what is written in it goes to the word that it stands in. */
export type Substitution = Extract<Part, { kind: 'command' | 'process' }>;

/** What stands around a node, the outermost first. */
export type Ancestor = Node | Substitution;

/** What makes text of a variable: a part of a word, or a name in arithmetic. */
export type Expanded = Part | Extract<Arithmetic, { kind: 'variable' }>;

/**
 * Calls `visit` for every node of a shell script in the order in which they stand there, each before what is in it;
 * those of substitutions, however deep, and of functions too. `ancestors` is reused: copy what is to be kept. `expand`
 * is called for every part of a word, and for every variable in arithmetic.
 */
export function walkShell(
  block: Block,
  visit: (node: Node, ancestors: readonly Ancestor[]) => void,
  expand?: (part: Expanded) => void,
): void {
  const ancestors: Ancestor[] = [];
  const within = (around: Ancestor, body: Block) => {
    ancestors.push(around);
    for (const node of body) walk(node);
    ancestors.pop();
  };
  const word = (one: Word | null) => {
    for (const part of one?.parts ?? []) partOf(part);
  };
  const partOf = (part: Part) => {
    expand?.(part);
    switch (part.kind) {
      case 'command':
      case 'process':
        within(part, part.body);
        return;
      case 'parameter':
        word(part.index);
        operation(part);
        return;
      case 'arithmetic':
        arithmetic(part.expression);
        return;
      case 'glob':
      case 'brace':
        part.inner.forEach(partOf);
        return;
      case 'text':
      case 'paste':
      case 'home':
        return;
    }
  };
  const operation = ({ operation: done }: Extract<Part, { kind: 'parameter' }>) => {
    switch (done?.kind) {
      case 'default':
        word(done.operand);
        return;
      case 'remove':
        word(done.pattern);
        return;
      case 'replace':
        word(done.pattern);
        word(done.replacement);
        return;
      case 'slice':
        word(done.offset);
        word(done.length);
        return;
    }
  };
  const arithmetic = (expression: Arithmetic | null) => {
    switch (expression?.kind) {
      case 'variable':
        expand?.(expression);
        word(expression.index);
        return;
      case 'word':
        word(expression.word);
        return;
      case 'unary':
        arithmetic(expression.operand);
        return;
      case 'binary':
        arithmetic(expression.left);
        arithmetic(expression.right);
        return;
      case 'ternary':
        arithmetic(expression.test);
        arithmetic(expression.then);
        arithmetic(expression.otherwise);
        return;
    }
  };
  const assignment = ({ index, value }: Assignment) => {
    word(index);
    if (value.kind === 'word') word(value);
    else value.elements.forEach(word);
  };
  const redirects = (list: readonly Redirect[]) => {
    for (const { target } of list) word(target);
  };
  const condition = (test: Condition) => {
    switch (test.kind) {
      case 'and':
      case 'or':
        test.operands.forEach(condition);
        return;
      case 'not':
        condition(test.operand);
        return;
      case 'unary':
        word(test.operand);
        return;
      case 'binary':
        word(test.left);
        word(test.right);
        return;
    }
  };
  const walk = (node: Node) => {
    visit(node, ancestors);
    ancestors.push(node);
    inside(node);
    ancestors.pop();
  };
  const inside = (node: Node) => {
    switch (node.kind) {
      case 'call':
        node.assignments.forEach(assignment);
        node.words.forEach(word);
        redirects(node.redirects);
        return;
      case 'sequence':
        node.body.forEach(walk);
        return;
      case 'and':
      case 'or':
        walk(node.left);
        walk(node.right);
        return;
      case 'not':
      case 'subshell':
      case 'background':
      case 'define':
        walk(node.body);
        return;
      case 'redirected':
        walk(node.body);
        redirects(node.redirects);
        return;
      case 'branch':
        walk(node.test);
        walk(node.then);
        if (node.otherwise) walk(node.otherwise);
        return;
      case 'match':
        word(node.subject);
        for (const arm of node.arms) {
          arm.patterns.forEach(word);
          walk(arm.body);
        }
        return;
      case 'for':
        node.items?.forEach(word);
        walk(node.body);
        return;
      case 'while':
        walk(node.test);
        walk(node.body);
        return;
      case 'count':
        arithmetic(node.initialise);
        arithmetic(node.test);
        arithmetic(node.update);
        walk(node.body);
        return;
      case 'pipeline':
        node.stages.forEach(walk);
        return;
      case 'test':
        condition(node.condition);
        return;
      case 'arithmetic':
        arithmetic(node.expression);
        return;
    }
  };
  for (const node of block) walk(node);
}

/** The text of a word in which nothing is expanded; null for any other. */
export function fixedText(word: Word | undefined): string | null {
  let text = '';
  for (const part of word?.parts ?? []) {
    if (part.kind !== 'text') return null;
    text += part.text;
  }
  return word ? text : null;
}

/** The names of the variables that a word expands, with those of its substitutions. */
export function variablesOf(word: Word): string[] {
  const names: string[] = [];
  const add = (part: Part) => {
    if (part.kind === 'parameter') {
      names.push(part.name);
      if (part.operation?.kind === 'default') part.operation.operand.parts.forEach(add);
    }
    if (part.kind === 'glob' || part.kind === 'brace') part.inner.forEach(add);
  };
  word.parts.forEach(add);
  return names;
}
