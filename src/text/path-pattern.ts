/** Why a pattern for paths cannot be used; null where it can. */
export function patternProblem(pattern: string): string | null {
  if (pattern.startsWith('/')) return 'it is relative to the top of the repository: leave out the first /';
  if (pattern.startsWith('!')) return 'a pattern cannot take files out: name those that are meant';
  if (/[{}[\]()\\]/.test(pattern))
    return 'only *, ** and ? stand for other text: write one pattern for each case';
  if (pattern.split('/').some((name) => name === '.' || name === '..' || name === '')) {
    return "its parts are names, none of them empty, '.' or '..'";
  }
  return null;
}

/**
 * Whether a path (relative, `/` between the names) fits a pattern: `*` and `?` stand for text within a name, `**` for
 * any number of names. Takes time in proportion to both lengths multiplied.
 */
export function fitsPattern(path: string, pattern: string): boolean {
  return fits(path.split('/'), pattern.split('/'), (part) => part === '**', nameFits);
}

function nameFits(name: string, pattern: string): boolean {
  return fits(
    [...name],
    [...pattern],
    (part) => part === '*',
    (unit, part) => part === '?' || part === unit,
  );
}

/** Matches in turn; where that fails, the last wildcard takes one item more. Earlier ones never have to. */
function fits(
  items: readonly string[],
  parts: readonly string[],
  isWildcard: (part: string) => boolean,
  itemFits: (item: string, part: string) => boolean,
): boolean {
  let item = 0;
  let part = 0;
  let wildcard = -1;
  let taken = 0;
  while (item < items.length) {
    const current = parts[part];
    if (current !== undefined && isWildcard(current)) {
      wildcard = part++;
      taken = item;
    } else if (current !== undefined && itemFits(items[item] ?? '', current)) {
      item++;
      part++;
    } else if (wildcard >= 0) {
      part = wildcard + 1;
      item = ++taken;
    } else {
      return false;
    }
  }
  return parts.slice(part).every(isWildcard);
}
