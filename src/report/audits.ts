import type { Audit } from '../audit/audit.js';

/** What a report about secrets may know beyond the audit itself. */
export interface AuditOptions {
  /** True for ANSI colours (pretty only). */
  readonly color: boolean;
  /** Width of the terminal in cells (pretty only). */
  readonly columns: number;
}

/** A report about secrets: the whole of it as text that ends with a line feed. */
export type AuditRenderer = (audit: Audit, options: AuditOptions) => string;

/** The formats of `hardfail audit` by their names, the default first. Each is loaded when it is asked for. */
export const auditFormats = {
  pretty: async () => (await import('./audit/pretty.js')).renderAuditPretty,
  json: async () => (await import('./audit/json.js')).renderAuditJson,
  markdown: async () => (await import('./audit/markdown.js')).renderAuditMarkdown,
  html: async () => (await import('./audit/html.js')).renderAuditHtml,
} as const satisfies Record<string, () => Promise<AuditRenderer>>;

export type AuditFormat = keyof typeof auditFormats;

/** Whether a word is the name of a format of `hardfail audit`. */
function isAuditFormat(word: string): word is AuditFormat {
  return Object.hasOwn(auditFormats, word);
}

export const auditFormatNames: readonly AuditFormat[] = Object.keys(auditFormats).filter(isAuditFormat);
