import type { Audit } from '../../audit/audit.js';
import { jsonText } from '../json.js';

/** The audit as JSON, by `audit.schema.json`; `hardfail audit merge` and `--since` read it. */
export function renderAuditJson(audit: Audit): string {
  return jsonText(audit);
}
