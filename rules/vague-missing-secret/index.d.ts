import type { Rule } from '../../src/lint/rule.js';
export declare const rule: Rule;
