import { renderConcise } from './concise.js';
import { renderJson } from './json.js';
import type { Renderer } from './options.js';
import { renderPretty } from './pretty.js';

/** The report formats by their name on the command line, the default first. */
export const formats = {
  pretty: renderPretty,
  concise: renderConcise,
  json: renderJson,
} as const satisfies Record<string, Renderer>;

export type Format = keyof typeof formats;
