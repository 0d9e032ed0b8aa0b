import type { Rule } from '../src/lint/rule.js';
import { rule as forkGuardTooWide } from './fork-guard-too-wide/index.js';
import { rule as missingSecretExitsZero } from './missing-secret-exits-zero/index.js';
import { rule as missingSecretMasked } from './missing-secret-masked/index.js';
import { rule as missingSecretSkipsJob } from './missing-secret-skips-job/index.js';
import { rule as missingSecretSkipsStep } from './missing-secret-skips-step/index.js';

/** Every rule, by id. */
export const rules: readonly Rule[] = [
  forkGuardTooWide,
  missingSecretExitsZero,
  missingSecretMasked,
  missingSecretSkipsJob,
  missingSecretSkipsStep,
];
