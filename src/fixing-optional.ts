import { absolutePath, shownPath } from './discover/paths.js';
import type { Host } from './host.js';
import type { Setup } from './judging.js';
import type { LintResult } from './lint/finding.js';
import { notify } from './notice.js';
import { printPatch } from './patch.js';

/**
 * Adds the secrets of the findings to `optional-secrets` of the configuration, each with a reason that is still to be
 * written: until somebody has, the configuration is refused. False where it could not be written.
 */
export async function declareOptional(
  { findings }: LintResult,
  preview: boolean,
  { top, config }: Setup,
  host: Host,
): Promise<boolean> {
  const { configName } = await import('./config/load.js');
  const { withOptionalSecrets } = await import('./config/optional-secrets.js');
  const { variableName } = await import('./config/schema.js');
  // The input of an action that nobody calls is none, nor is what no forge can have.
  const names = [...new Set(findings.flatMap(({ secrets }) => secrets))].filter((name) =>
    variableName.test(name),
  );
  const path = config.source ? absolutePath(host, config.source.path) : `${top}/${configName}`;
  const shown = shownPath(host, path);
  const before = config.source?.text ?? '';
  const after = withOptionalSecrets({ path: shown, text: before }, names);
  if (after === null) {
    await notify(
      host,
      `${shown} is not written: its optional-secrets are no list of lines that one could be added to`,
    );
    return false;
  }
  if (after === before) {
    await notify(host, 'there is no secret to declare optional');
    return true;
  }
  if (preview) {
    const where = await printPatch([{ path: shown, before, after }], top, host);
    await notify(host, `${shown} can name the secrets like this${where}`);
    return true;
  }
  const written = host.replaceFile(path, after);
  if (!written.ok) {
    await notify(host, `${shown} is not written: ${written.reason}`);
    return false;
  }
  await notify(
    host,
    `${shown} names the secrets; write down there why each may be missing, until then it is refused`,
  );
  return true;
}
