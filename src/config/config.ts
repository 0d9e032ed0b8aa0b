// config/: hardfail.yml and the baseline: where they are, what they may say, and what they say. May read them
// through the Host; does not print or write, and judges no workflow.

import { noFacts, type OwnFacts } from '../facts/own.js';
import type { Forge } from '../forge/forge.js';
import { defaultTrust, type Trust } from '../forge/trust.js';
import type { Severity } from '../lint/finding.js';
import { noSettings, type Settings } from '../lint/settings.js';
import type { Source, Span } from '../text/source.js';

/** What the configuration of a repository says; null where it says nothing. */
export interface Config {
  /** null where there is none. */
  readonly source: Source | null;
  readonly forge: Forge | 'auto' | null;
  /** The release of the forge. */
  readonly forgeVersion: string | null;
  readonly failOn: Severity | null;
  /** Modules with rules, in their order, and where they are named. */
  readonly plugins: readonly { readonly from: string; readonly span: Span }[];
  readonly settings: Settings;
  readonly trust: Trust;
  readonly facts: OwnFacts;
}

export const noConfig: Config = {
  source: null,
  forge: null,
  forgeVersion: null,
  failOn: null,
  plugins: [],
  settings: noSettings,
  trust: defaultTrust,
  facts: noFacts,
};
