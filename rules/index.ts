import type { AnyRule } from '../src/lint/rule.js';
import { rule as ambiguousCheckName } from './ambiguous-check-name/index.js';
import { rule as constantCondition } from './constant-condition/index.js';
import { rule as crossRepositoryUses } from './cross-repository-uses/index.js';
import { rule as cutShortPipe } from './cut-short-pipe/index.js';
import { rule as deadTrigger } from './dead-trigger/index.js';
import { rule as deadWorkflow } from './dead-workflow/index.js';
import { rule as defeatedJob } from './defeated-job/index.js';
import { rule as dockerOnAnyRunner } from './docker-on-any-runner/index.js';
import { rule as emptyScriptOnForge } from './empty-script-on-forge/index.js';
import { rule as faultyBaseline } from './faulty-baseline/index.js';
import { rule as faultyIgnore } from './faulty-ignore/index.js';
import { rule as forkGuardMissing } from './fork-guard-missing/index.js';
import { rule as forkGuardTooWide } from './fork-guard-too-wide/index.js';
import { rule as hollowGate } from './hollow-gate/index.js';
import { rule as maskedJobFlip } from './masked-job-flip/index.js';
import { rule as missingSecretExitsZero } from './missing-secret-exits-zero/index.js';
import { rule as missingSecretMasked } from './missing-secret-masked/index.js';
import { rule as missingSecretMutesAlarm } from './missing-secret-mutes-alarm/index.js';
import { rule as missingSecretSkipsJob } from './missing-secret-skips-job/index.js';
import { rule as missingSecretSkipsStep } from './missing-secret-skips-step/index.js';
import { rule as missingTimeout } from './missing-timeout/index.js';
import { rule as noOpArm } from './no-op-arm/index.js';
import { rule as nullMaskedSecret } from './null-masked-secret/index.js';
import { rule as pollutedStatusCapture } from './polluted-status-capture/index.js';
import { rule as requiredCheckFiltered } from './required-check-filtered/index.js';
import { rule as requiredCheckForgiven } from './required-check-forgiven/index.js';
import { rule as requiredCheckMissing } from './required-check-missing/index.js';
import { rule as sharedStatus } from './shared-status/index.js';
import { rule as syncProviders } from './sync-providers/index.js';
import { rule as untrackedContinueOnError } from './untracked-continue-on-error/index.js';
import { rule as unusedOptionalSecret } from './unused-optional-secret/index.js';
import { rule as vagueMissingSecret } from './vague-missing-secret/index.js';

/** Every rule, by id. */
export const rules: readonly AnyRule[] = [
  ambiguousCheckName,
  constantCondition,
  crossRepositoryUses,
  cutShortPipe,
  deadTrigger,
  deadWorkflow,
  defeatedJob,
  dockerOnAnyRunner,
  emptyScriptOnForge,
  faultyBaseline,
  faultyIgnore,
  forkGuardMissing,
  forkGuardTooWide,
  hollowGate,
  maskedJobFlip,
  missingSecretExitsZero,
  missingSecretMasked,
  missingSecretMutesAlarm,
  missingSecretSkipsJob,
  missingSecretSkipsStep,
  missingTimeout,
  noOpArm,
  nullMaskedSecret,
  pollutedStatusCapture,
  requiredCheckFiltered,
  requiredCheckForgiven,
  requiredCheckMissing,
  sharedStatus,
  syncProviders,
  untrackedContinueOnError,
  unusedOptionalSecret,
  vagueMissingSecret,
];
