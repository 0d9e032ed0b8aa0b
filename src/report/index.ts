import type { Renderer } from './options.js';

/** The report formats by their name on the command line, the default first. Each is loaded when it is asked for. */
export const formats = {
  pretty: async () => (await import('./pretty.js')).renderPretty,
  concise: async () => (await import('./concise.js')).renderConcise,
  json: async () => (await import('./json.js')).renderJson,
  sarif: async () => (await import('./sarif.js')).renderSarif,
  github: async () => (await import('./github.js')).renderGithub,
  gitlab: async () => (await import('./gitlab.js')).renderGitlab,
  junit: async () => (await import('./junit.js')).renderJunit,
  checkstyle: async () => (await import('./checkstyle.js')).renderCheckstyle,
  markdown: async () => (await import('./markdown.js')).renderMarkdown,
} as const satisfies Record<string, () => Promise<Renderer>>;

export type Format = keyof typeof formats;

/** Whether a word is the name of a format. */
function isFormat(word: string): word is Format {
  return Object.hasOwn(formats, word);
}

/** The formats that have a place for fixes: for the others none need to be found. */
export function showsFixes(format: Format): boolean {
  return format === 'pretty' || format === 'json' || format === 'sarif';
}

export const formatNames: readonly Format[] = Object.keys(formats).filter(isFormat);
