import type { ConstantCondition, Reason } from '../../src/analyse/constant.js';
import type { NameNote, TextForm } from '../../src/analyse/names.js';
import { defineRule } from '../../src/lint/define.js';
import type { Message } from '../../src/lint/rule.js';
import { forgeTitle, listed, ownerTitle, quotedList } from '../../src/lint/words.js';

const messages = {
  alwaysTrue: (condition: ConstantCondition): Message => ({
    message: `the condition of ${ownerTitle(condition)} is always true: ${why(condition)}`,
    help: help(condition),
  }),
  neverTrue: (condition: ConstantCondition): Message => ({
    message: `${ownerTitle(condition)} never runs, since its condition is never true: ${why(condition)}`,
    help: help(condition),
  }),
  cannotBeEvaluated: (condition: ConstantCondition): Message => ({
    message: `${ownerTitle(condition)} fails whenever its condition is asked: ${why(condition)}`,
    help: help(condition),
  }),
  fileRefused: (condition: ConstantCondition): Message => ({
    message: `${forgeTitle(condition.forge)} refuses this whole file for the condition of ${ownerTitle(condition)}: ${why(condition)}`,
    help: help(condition),
  }),
};

const messageIds = {
  'always-true': 'alwaysTrue',
  'always-false': 'neverTrue',
  fails: 'cannotBeEvaluated',
  'invalid-file': 'fileRefused',
} as const;

function why({ reason, forge, step }: ConstantCondition): string {
  switch (reason.kind) {
    case 'text-around':
      return aroundFence[reason.only];
    case 'text-is-true':
      return `'${reason.text}' by itself is a text that is not empty, which is true`;
    case 'unlike':
      return 'a text and a boolean are compared as numbers, and no such text is one';
    case 'never-holds':
      return `${reason.name} is never '${reason.text}'${range(reason.note)}`;
    case 'absent':
      return `${reason.path} is always empty, ${nothingThere(reason.note)}`;
    case 'contradiction':
      return reason.operator === '&&'
        ? `${reason.name} cannot be both ${quotedList(reason.texts)}`
        : `${reason.name} always differs from one of ${quotedList(reason.texts)}`;
    case 'implied-success':
      return 'without a status function success() && stands in front of it, and this part asks for something else than success';
    case 'null-comparison':
      return `${forgeTitle(forge)} finds any comparison of null with null true, so an absent ${reason.secret ? 'secret' : 'value'} passes too`;
    case 'empty-needle':
      return `everything contains the empty text, so ${reason.call} is always true`;
    case 'literals':
      return 'both sides are written down';
    case 'context':
      return `the ${reason.context} context is not available in the if of a ${step ? 'step' : 'job'}`;
    case 'function':
      return `there is no function ${reason.name}()`;
    case 'unreadable':
    case 'error':
      return reason.kind === 'error' ? reason.message : reason.error;
  }
}

const aroundFence = {
  text: 'text around ${{ }} makes one text of the whole, and a text that is not empty is true',
  blank: 'the blank around ${{ }} makes a text of it, and a text that is not empty is true',
  'line-break':
    'the line break that the block leaves behind ${{ }} makes a text of it, and a text that is not empty is true',
} as const;

function range(note: Exclude<NameNote, { kind: 'absent' }>): string {
  return note.kind === 'one-of' ? `: it is one of ${quotedList(note.texts)}` : `: ${forms[note.form]}`;
}

const forms: Readonly<Record<TextForm, string>> = {
  'full-ref': 'it is a full ref, such as refs/heads/main',
  'short-ref': 'it is the short name, without refs/heads/',
  'owner/name': 'it is the owner and the name, with one /',
  owner: 'it is the owner alone',
  event: 'no event has that name',
};

function nothingThere(note: Extract<NameNote, { kind: 'absent' }>): string {
  const known = note.known.length === 0 ? '' : ` (there is ${listed(note.known)})`;
  switch (note.what) {
    case 'need':
      return `since ${note.name} is not among the needs of this job${known}`;
    case 'step':
      return `since no step before it has the id ${note.name}${known}`;
    case 'output':
      return `since the job declares no output ${note.name}${known}`;
    case 'input':
      return `since no input ${note.name} is declared${known}`;
    case 'field':
      return `since there is no field ${note.name}${known}`;
    case 'composite-secret':
      return 'since an action gets no secrets';
  }
}

function help(condition: ConstantCondition): string {
  const { reason, outcome } = condition;
  if (outcome === 'invalid-file' || outcome === 'fails') return helpForNames(condition);
  switch (reason.kind) {
    case 'text-around':
      return reason.mended === null
        ? 'put the whole condition into one ${{ }}'
        : `put the whole condition into one expression:\nif: ${yamlSafe(reason.mended)}`;
    case 'text-is-true':
      return reason.mended === null ? 'compare something with the text' : `compare again: ${reason.mended}`;
    case 'unlike':
      return reason.mended === null ? 'compare like with like' : `compare like with like: ${reason.mended}`;
    case 'never-holds':
      return neverHoldsHelp(reason);
    case 'absent':
      return absentHelp(reason.note);
    case 'contradiction':
      return reason.operator === '&&' ? 'join the two tests with ||' : 'join the two tests with &&';
    case 'implied-success':
      return `say that it is asked after a failure too:\nif: \${{ !cancelled() && (${reason.condition}) }}`;
    case 'null-comparison':
      return reason.secret
        ? 'drop the condition, and let the script fail when the secret, passed in by env, is empty'
        : 'ask for the event by its name instead: github.event_name';
    case 'empty-needle':
      return 'write the text to look for';
    default:
      return 'write what it should depend on, or drop it';
  }
}

function helpForNames({ reason, step }: ConstantCondition): string {
  if (reason.kind !== 'context') return 'mend the expression';
  if (reason.context === 'secrets')
    return 'drop the condition, and let the script fail when the secret, passed in by env, is empty';
  return step
    ? 'bring the value in by env, inputs or the output of a step'
    : 'move the condition to the steps, where the context is available, or use vars, inputs or needs';
}

function neverHoldsHelp({ name, text, note }: Extract<Reason, { kind: 'never-holds' }>): string {
  if (note.kind === 'one-of') return `write one of ${quotedList(note.texts)}`;
  switch (note.form) {
    case 'full-ref':
      return `write the full ref, such as refs/heads/${text}, or ask for github.ref_name`;
    case 'short-ref':
      return `write the short name, ${text.replace(/^refs\/(heads|tags)\//, '')}, or ask for github.ref`;
    case 'owner/name':
      return `write the owner too, or ask for github.repository_owner or github.event.repository.name`;
    case 'owner':
      return 'ask for github.repository, or write the owner alone';
    case 'event':
      return `write the name of an event, as it stands below on:; a called workflow sees the event of its caller in ${name}`;
  }
}

function absentHelp({ what, name }: Extract<NameNote, { kind: 'absent' }>): string {
  switch (what) {
    case 'need':
      return `add ${name} to the needs of this job`;
    case 'step':
      return `give the step that it means id: ${name}, and put it before this one`;
    case 'output':
      return `declare ${name} below outputs: of the job`;
    case 'input':
      return `declare ${name} below inputs:`;
    case 'field':
      return 'write the name of a field';
    case 'composite-secret':
      return `declare an input, and let the caller pass the secret: inputs.${name}`;
  }
}

/** A plain scalar may not begin with `!`. */
function yamlSafe(expression: string): string {
  return expression.startsWith('!') ? `\${{ ${expression} }}` : expression;
}

export const rule = defineRule({
  meta: {
    id: 'constant-condition',
    severity: 'error',
    summary: 'An if that is always true or never true.',
  },
  messages,
  check({ constantConditions, report, fix }) {
    for (const condition of constantConditions()) {
      const messageId = messageIds[condition.outcome];
      report({ messageId, data: condition, about: condition, fix: fix.condition(condition) });
    }
  },
});
