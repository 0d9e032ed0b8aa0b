import type { Rule } from '../src/lint/rule.js';
/** Every rule, by id. */
export declare const rules: readonly Rule[];
