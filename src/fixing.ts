import type { Fixing } from './command.js';
import { absolutePath, isInside } from './discover/paths.js';
import { decodeSource, maxInputBytes } from './discover/read.js';
import type { Host } from './host.js';
import { gather, type Judging, judge, judgeGathered } from './judging.js';
import type { LintResult } from './lint/finding.js';
import { notify } from './notice.js';
import { printPatch } from './patch.js';
import { plural } from './report/text.js';

/** What is found after fixing, and whether every file could be written. */
export interface FixedRun {
  readonly result: LintResult;
  readonly written: boolean;
}

/**
 * Judges what the paths name and mends it: the files are written, or printed as a patch where that is only to be a
 * preview, whose verdict is that of the files as they are. Says on standard error what was done.
 */
export async function judgeFixing(fixing: Fixing, judging: Judging, host: Host): Promise<FixedRun> {
  const { setup } = judging;
  const gathered = await gather({ ...judging, fixes: judging.fixes ?? false }, host);
  if (fixing.what === 'optional') {
    const { declareOptional } = await import('./fixing-optional.js');
    const result = await judgeGathered(gathered, setup);
    return { result, written: await declareOptional(result, fixing.preview, setup, host) };
  }
  const { fixToFixedPoint } = await import('./lint/fix/fixed-point.js');
  const { inputs, options, unread } = gathered;
  const { result, texts, before, count } = await fixToFixedPoint(inputs, options, fixing.applicability);
  if (fixing.preview) {
    const changes = [...texts].map(([path, after]) => ({ path, before: before.get(path) ?? '', after }));
    const where = await printPatch(changes, setup.top, host);
    const counts = `${plural(count, 'finding')} in ${plural(texts.size, 'file')}`;
    await notify(host, `${counts} can be mended like this${where}`);
    const unfixed = { ...gathered, options: { ...options, fixes: false } };
    return { result: await judgeGathered(unfixed, setup), written: true };
  }
  let written = true;
  for (const [path, text] of texts) {
    const reason = replaced(path, before.get(path) ?? '', text, setup.top, host);
    if (reason === null) continue;
    written = false;
    await notify(host, `${path} is not mended: ${reason}`);
  }
  // What a plugin says of the files, and what is in those that could not be written, is read from them again.
  if (!written || setup.plugins) return { result: await judge(judging, host), written };
  const left = result.findings.filter(({ fix }) => fix?.applicability === 'unsafe').length;
  const more =
    left === 0 || fixing.applicability.includes('unsafe') ? '' : `; --unsafe-fixes mends ${left} more`;
  await notify(host, `mended ${plural(count, 'finding')} in ${plural(texts.size, 'file')}${more}`);
  return { result: { ...result, errors: [...unread, ...result.errors] }, written };
}

/** Why the text could not be written; null where it was. What is written is the file that was read, and no other. */
function replaced(shown: string, before: string, text: string, top: string, host: Host): string | null {
  const real = host.realPath(absolutePath(host, shown));
  if (!real.ok) return real.reason;
  const limit = host.realPath(top);
  if (!limit.ok || !isInside(real.value, limit.value)) return 'is a link that leads out of the repository';
  const bytes = host.readFile(real.value, maxInputBytes);
  if (!bytes.ok) return bytes.reason;
  const now = decodeSource(shown, bytes.value);
  if (!now.ok || now.source.text !== before) return 'was changed while it was judged';
  const written = host.replaceFile(real.value, text);
  return written.ok ? null : written.reason;
}
