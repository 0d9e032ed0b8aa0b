const absolute = /^(?:[A-Za-z]:)?\//;

/**
 * A path as the forge knows it, from the top of the repository: `folder` is the working directory as seen from there,
 * and `path` is relative to the working directory. Absolute paths stay as they are; `..` is left only where the path
 * leads out of the repository.
 */
export function fromTop(folder: string, path: string): string {
  if (absolute.test(path)) return path;
  const names = folder === '' ? [] : folder.split('/');
  for (const name of path.split('/')) {
    if (name === '.' || name === '') continue;
    if (name === '..' && names.length > 0 && names.at(-1) !== '..') names.pop();
    else names.push(name);
  }
  return names.join('/') || '.';
}

/** A path as a URI reference (RFC 3986): relative for a relative path, a file URI for an absolute one. */
export function uriOf(path: string): string {
  // A lone surrogate has no UTF-8 form.
  const names = path
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent);
  if (!absolute.test(path)) return names.join('/');
  return `file://${path.startsWith('/') ? '' : '/'}${names.join('/')}`;
}

/** Whether a path is absolute, with or without a drive letter. */
export function isAbsolute(path: string): boolean {
  return absolute.test(path);
}
