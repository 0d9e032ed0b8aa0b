import type { Audit } from '../../audit/audit.js';

/** The audit as JSON, by `audit.schema.json`; `hardfail audit merge` and `--since` read it. */
export function renderAuditJson(audit: Audit): string {
  return `${JSON.stringify(audit, null, 2)}\n`;
}
