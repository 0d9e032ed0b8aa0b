// facts/: what is known about commands and actions, as typed tables with a source each. Look-ups only:
// may not read scripts or workflows, and judges nothing.

export { type Consumption, consumption } from './credentials.js';
export { commandEffect, type Effect, isRehearsal } from './effects.js';
export {
  curlBehaviour,
  curlBodyFile,
  curlFormat,
  type HttpBehaviour,
  holdsStatus,
  isPlainData,
  REFUSED_STATUS,
  wgetBehaviour,
  writtenParts,
} from './http.js';
export { type JqLine, jqLine, jqOnRefusal, jqPrintsNull, type RefusalOutcome } from './jq.js';
