// A map that is never changed: every change gives another map, which shares with it all that stayed the same. What two
// maps share is seen to at once, so that comparing them costs what differs and not what they hold.

interface Leaf<V> {
  readonly hash: number;
  readonly key: string;
  readonly value: V;
  /** Keys come in the order in which they were first set. */
  readonly order: number;
}

/** `leaves` of one hash stand at the bottom; elsewhere a bit of `bitmap` says which of 32 children there is. */
interface Branch<V> {
  readonly bitmap: number;
  readonly children: readonly (Branch<V> | readonly Leaf<V>[])[];
}

type Node<V> = Branch<V> | readonly Leaf<V>[];

const BITS = 5;
const MASK = 31;

function isLeaves<V>(node: Node<V>): node is readonly Leaf<V>[] {
  return Array.isArray(node);
}

function hashOf(key: string): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0;
  // The low bits decide first; names often differ in their last characters only.
  return hash ^ (hash >>> 15);
}

function bitCount(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function childOf<V>({ bitmap, children }: Branch<V>, hash: number, shift: number): Node<V> | null {
  const bit = 1 << ((hash >>> shift) & MASK);
  return (bitmap & bit) === 0 ? null : (children[bitCount(bitmap & (bit - 1))] ?? null);
}

function find<V>(root: Node<V> | null, hash: number, key: string): Leaf<V> | undefined {
  let node = root;
  for (let shift = 0; node !== null && !isLeaves(node); shift += BITS) node = childOf(node, hash, shift);
  return node === null ? undefined : leafOf(node, key);
}

function leafOf<V>(leaves: readonly Leaf<V>[], key: string): Leaf<V> | undefined {
  for (const leaf of leaves) if (leaf.key === key) return leaf;
  return undefined;
}

function insert<V>(node: Node<V> | null, shift: number, leaf: Leaf<V>): Node<V> {
  if (node === null) return [leaf];
  if (isLeaves(node)) {
    const [first] = node;
    if (first && first.hash !== leaf.hash) return insert(deepen(node, first.hash, shift), shift, leaf);
    return [...node.filter(({ key }) => key !== leaf.key), leaf];
  }
  const bit = 1 << ((leaf.hash >>> shift) & MASK);
  const at = bitCount(node.bitmap & (bit - 1));
  const had = (node.bitmap & bit) !== 0;
  const child = insert(had ? (node.children[at] ?? null) : null, shift + BITS, leaf);
  const children = [...node.children];
  children.splice(at, had ? 1 : 0, child);
  return { bitmap: node.bitmap | bit, children };
}

/** The tree without a key that it has; null where nothing is left of it. */
function remove<V>(node: Node<V>, shift: number, hash: number, key: string): Node<V> | null {
  if (isLeaves(node)) {
    const left = node.filter((leaf) => leaf.key !== key);
    return left.length > 0 ? left : null;
  }
  const bit = 1 << ((hash >>> shift) & MASK);
  const at = bitCount(node.bitmap & (bit - 1));
  const old = node.children[at];
  const child = old === undefined ? null : remove(old, shift + BITS, hash, key);
  const children = [...node.children];
  if (child) {
    children[at] = child;
    return { bitmap: node.bitmap, children };
  }
  children.splice(at, 1);
  return children.length > 0 ? { bitmap: node.bitmap & ~bit, children } : null;
}

function deepen<V>(leaves: readonly Leaf<V>[], hash: number, shift: number): Branch<V> {
  return { bitmap: 1 << ((hash >>> shift) & MASK), children: [leaves] };
}

function leavesOf<V>(node: Node<V> | null): readonly Leaf<V>[] {
  if (node === null) return [];
  return isLeaves(node) ? node : gathered(node, []);
}

function gathered<V>({ children }: Branch<V>, into: Leaf<V>[]): Leaf<V>[] {
  for (const child of children) {
    if (isLeaves(child)) for (const leaf of child) into.push(leaf);
    else gathered(child, into);
  }
  return into;
}

function isShared<V>(one: Leaf<V>, other: Leaf<V>, again: boolean): boolean {
  return again ? one === other : one.value === other.value;
}

/**
 * Calls `visit` for every key that two trees do not share, with what each has there, until it says false. Gives whether
 * it never did. `again`: also for a key that was set to what it was.
 */
function differ<V>(
  a: Node<V> | null,
  b: Node<V> | null,
  shift: number,
  visit: (mine: Leaf<V> | undefined, theirs: Leaf<V> | undefined) => boolean,
  again = false,
): boolean {
  if (a === b) return true;
  if (a === null || b === null || isLeaves(a) || isLeaves(b)) {
    const mine = leavesOf(a);
    const others = leavesOf(b);
    const [one] = mine;
    const [other] = others;
    // Mostly one key stands at the bottom.
    if (one && other && mine.length + others.length === 2 && one.key === other.key)
      return isShared(one, other, again) || visit(one, other);
    const theirs = new Map(others.map((leaf) => [leaf.key, leaf]));
    for (const leaf of mine) {
      const other = theirs.get(leaf.key);
      theirs.delete(leaf.key);
      if (!(other && isShared(leaf, other, again)) && !visit(leaf, other)) return false;
    }
    for (const leaf of theirs.values()) if (!visit(undefined, leaf)) return false;
    return true;
  }
  for (let bits = a.bitmap | b.bitmap; bits !== 0; bits &= bits - 1) {
    const index = 31 - Math.clz32(bits & -bits);
    const hash = index << shift;
    if (!differ(childOf(a, hash, shift), childOf(b, hash, shift), shift + BITS, visit, again)) return false;
  }
  return true;
}

let orders = 0;

/** What a map keeps of all that it holds, so that nobody has to look through it. */
interface Summary<V> {
  /** A number for what a key is set to, where the sum of them is asked for. */
  digest?(key: string, value: V): number;
  /** Is it among those that are asked for without the others? */
  isNotable(value: V): boolean;
}

/** What was asked of a map, and of all that were made of it. */
export interface Watch {
  /** Keys that were looked up or taken away, or at which two maps were compared. */
  readonly keys: Set<string>;
  /** Tests of keys: what passes one was asked for. */
  readonly tests: ((key: string) => boolean)[];
  /** Was every entry, or their number, asked for? */
  whole: boolean;
  /** Were those asked for that are notable? */
  notable: boolean;
}

export function newWatch(): Watch {
  return { keys: new Set(), tests: [], whole: false, notable: false };
}

/** Do both have the same entries, in the same order? */
function sameEntries<V>(
  mine: Node<V> | null,
  theirs: Node<V> | null,
  same: (mine: V, theirs: V) => boolean,
): boolean {
  if (mine === theirs) return true;
  const others = inOrder(theirs);
  const own = inOrder(mine);
  return (
    own.length === others.length &&
    own.every(({ key, value }, i) => {
      const other = others[i];
      return other?.key === key && same(value, other.value);
    })
  );
}

function inOrder<V>(node: Node<V> | null): readonly Leaf<V>[] {
  return [...leavesOf(node)].sort(byOrder);
}

function byOrder<V>(a: Leaf<V>, b: Leaf<V>): number {
  return a.order - b.order;
}

function wasAsked(key: string, { keys, tests }: Watch): boolean {
  return keys.has(key) || tests.some((test) => test(key));
}

/** A watch with those that were set before it and are not over. */
interface Watchers {
  readonly watch: Watch;
  readonly around: Watchers | null;
}

/** Of maps that differ so much in size, what one holds is looked up in the other. */
const MUCH_MORE = 4;

let nothing: PersistentMap<never> | null = null;

/**
 * `watched` gives a map that notes what is asked of it. What compares two maps that were made of one asks only of what
 * they do not share. What sets a key asks nothing: it is set whatever it was.
 */
export class PersistentMap<V> implements Iterable<readonly [string, V]> {
  readonly #root: Node<V> | null;
  readonly #summary: Summary<V> | null;
  readonly #size: number;
  /**
   * The sum of the numbers of all keys: equal for maps that hold the same; 0 where there are none. Of two maps that were
   * made of one it tells of the keys that were set since.
   */
  readonly digest: number;
  /** Those of its keys that are notable; null where there are none. */
  readonly #notable: PersistentMap<V> | null;
  readonly #watchers: Watchers | null;
  #sorted: readonly Leaf<V>[] | null = null;

  private constructor(
    root: Node<V> | null,
    size: number,
    summary: Summary<V> | null,
    digest: number,
    notable: PersistentMap<V> | null,
    watchers: Watchers | null,
  ) {
    this.#root = root;
    this.#size = size;
    this.#watchers = watchers;
    this.#summary = summary;
    this.digest = digest;
    this.#notable = notable;
  }

  /** Two empty maps are one and the same where they have the same summary: what is never filled is found equal at once. */
  static empty<V>(summary: Summary<V> | null = null): PersistentMap<V> {
    if (summary) return new PersistentMap<V>(null, 0, summary, 0, null, null);
    nothing ??= new PersistentMap<never>(null, 0, null, 0, null, null);
    return nothing;
  }

  /** The same map, from which on `watch` notes what is asked, besides those that do so already. */
  watched(watch: Watch): PersistentMap<V> {
    return this.#watchedBy({ watch, around: this.#watchers });
  }

  /** The same map, watched as another one is. */
  watchedLike(other: PersistentMap<V>): PersistentMap<V> {
    return this.#watchedBy(other.#watchers);
  }

  #watchedBy(watchers: Watchers | null): PersistentMap<V> {
    if (watchers === this.#watchers) return this;
    return new PersistentMap(this.#root, this.#size, this.#summary, this.digest, this.#notable, watchers);
  }

  #noteKey(key: string): void {
    for (let at = this.#watchers; at; at = at.around) at.watch.keys.add(key);
  }

  #noteTest(test: (key: string) => boolean): void {
    for (let at = this.#watchers; at; at = at.around) at.watch.tests.push(test);
  }

  #note(kind: 'whole' | 'notable'): void {
    for (let at = this.#watchers; at; at = at.around) at.watch[kind] = true;
  }

  /** Maps that were not made of one map share nothing that would be known to be equal without asking for it. */
  #noteOrigin(other: PersistentMap<V>): void {
    if (this.#watchers === other.#watchers) return;
    this.#note('whole');
    other.#note('whole');
  }

  /** Does this map answer all that `watch` has noted as `other` does? What was asked of `other` is asked of it now. */
  answersLike(other: PersistentMap<V>, watch: Watch, same: (mine: V, theirs: V) => boolean): boolean {
    if (this.#watchers) {
      for (const key of watch.keys) this.#noteKey(key);
      for (const test of watch.tests) this.#noteTest(test);
      if (watch.whole) this.#note('whole');
      if (watch.notable) this.#note('notable');
    }
    if (watch.whole) return sameEntries(this.#root, other.#root, same);
    if (watch.notable && !sameEntries(this.#notableRoot, other.#notableRoot, same)) return false;
    return differ(
      this.#root,
      other.#root,
      0,
      (mine, theirs) =>
        !wasAsked((mine ?? theirs)?.key ?? '', watch) ||
        (mine !== undefined && theirs !== undefined && same(mine.value, theirs.value)),
    );
  }

  /** How many keys are set. */
  get size(): number {
    this.#note('whole');
    return this.#size;
  }

  get(key: string): V | undefined {
    this.#noteKey(key);
    return find(this.#root, hashOf(key), key)?.value;
  }

  has(key: string): boolean {
    this.#noteKey(key);
    return find(this.#root, hashOf(key), key) !== undefined;
  }

  /** The map with the key set; it keeps its place in the order where it was set before. */
  with(key: string, value: V): PersistentMap<V> {
    const hash = hashOf(key);
    const old = find(this.#root, hash, key);
    const isSet = old?.value === value && old !== undefined;
    if (isSet || this.#summary?.digest) this.#noteKey(key);
    if (isSet) return this;
    const leaf = { hash, key, value, order: old?.order ?? ++orders };
    const root = insert(this.#root, 0, leaf);
    const size = this.#size + (old ? 0 : 1);
    const summary = this.#summary;
    if (!summary) return new PersistentMap(root, size, null, 0, null, this.#watchers);
    const digest = this.#digestWithout(old) + (summary.digest?.(key, value) ?? 0);
    const notable = summary.isNotable(value)
      ? (this.#notable ?? PersistentMap.empty<V>()).with(key, value)
      : this.#notableWithout(key);
    return new PersistentMap(root, size, summary, digest | 0, notable, this.#watchers);
  }

  without(key: string): PersistentMap<V> {
    // What was not there before leaves nothing behind that would tell of it.
    this.#noteKey(key);
    const hash = hashOf(key);
    const old = find(this.#root, hash, key);
    if (!old || this.#root === null) return this;
    const root = remove(this.#root, 0, hash, key);
    const digest = this.#digestWithout(old) | 0;
    const notable = this.#notableWithout(key);
    return new PersistentMap(root, this.#size - 1, this.#summary, digest, notable, this.#watchers);
  }

  /**
   * The map without what was set first, where it holds more than `most` entries. That it does not is not noted: what is
   * made alike of another map may hold a little more.
   */
  atMost(most: number): PersistentMap<V> {
    if (this.#size <= most) return this;
    this.#note('whole');
    let oldest: Leaf<V> | null = null;
    for (const leaf of leavesOf(this.#root)) if (!oldest || leaf.order < oldest.order) oldest = leaf;
    return oldest ? this.without(oldest.key).atMost(most) : this;
  }

  #digestWithout(old: Leaf<V> | undefined): number {
    return this.digest - (old ? (this.#summary?.digest?.(old.key, old.value) ?? 0) : 0);
  }

  #notableWithout(key: string): PersistentMap<V> | null {
    const left = this.#notable?.without(key);
    return left && left.#size > 0 ? left : null;
  }

  /** The entries whose keys pass a test, in their order. The test hangs on nothing else. */
  where(test: (key: string) => boolean): (readonly [string, V])[] {
    this.#noteTest(test);
    const found = leavesOf(this.#root).filter(({ key }) => test(key));
    return found.sort(byOrder).map(({ key, value }) => [key, value]);
  }

  get #notableRoot(): Node<V> | null {
    return this.#notable === null ? null : this.#notable.#root;
  }

  /** The entries that are notable, in their order. */
  notable(): Iterable<readonly [string, V]> {
    this.#note('notable');
    return this.#notable ?? [];
  }

  get hasNotable(): boolean {
    this.#note('notable');
    return this.#notable !== null;
  }

  #differ(
    other: PersistentMap<V>,
    visit: (mine: Leaf<V> | undefined, theirs: Leaf<V> | undefined) => boolean,
  ): boolean {
    const note = (mine: Leaf<V> | undefined, theirs: Leaf<V> | undefined) => {
      this.#noteKey((mine ?? theirs)?.key ?? '');
      return (mine && theirs && mine.value === theirs.value) || visit(mine, theirs);
    };
    // That a key was set back to what it had been set to hangs on what that was.
    return differ(this.#root, other.#root, 0, note, this.#watchers !== null);
  }

  /** Do both have the same keys, set to what `same` finds equal? Asks only of what they do not share. */
  equals(other: PersistentMap<V>, same: (mine: V, theirs: V) => boolean): boolean {
    this.#noteOrigin(other);
    if (this.#root === other.#root) return true;
    if (!this.#watchers && this.#size !== other.#size) return false;
    return this.#differ(
      other,
      (mine, theirs) => mine !== undefined && theirs !== undefined && same(mine.value, theirs.value),
    );
  }

  /** Are the keys that both have, and that count, set to the same? Asks only of what they do not share. */
  agreesWith(other: PersistentMap<V>, counts: (key: string) => boolean = () => true): boolean {
    this.#noteOrigin(other);
    if (this.#root === other.#root) return true;
    const [few, many] = this.#size < other.#size ? [this, other] : [other, this];
    const agree = (one: Leaf<V> | undefined, two: Leaf<V> | undefined) =>
      !one || !two || one.value === two.value || !counts(one.key);
    if (this.#watchers || MUCH_MORE * few.#size > many.#size) return this.#differ(other, agree);
    return leavesOf(few.#root).every((leaf) => agree(leaf, find(many.#root, leaf.hash, leaf.key)));
  }

  /** `onto` with all that was set, in that order, and without what was taken away, to make this map of `start`. */
  changesOnto(start: PersistentMap<V>, onto: PersistentMap<V>): PersistentMap<V> {
    const set: Leaf<V>[] = [];
    let changed = onto;
    const visit = (mine: Leaf<V> | undefined, theirs: Leaf<V> | undefined) => {
      if (mine) set.push(mine);
      else if (theirs) changed = changed.without(theirs.key);
      return true;
    };
    differ(this.#root, start.#root, 0, visit, true);
    for (const { key, value } of set.sort(byOrder)) changed = changed.with(key, value);
    return changed;
  }

  /** The keys at which two maps differ, with both values, in the order of this map and then of the other. */
  differences(
    other: PersistentMap<V>,
  ): readonly { readonly key: string; readonly mine: V | undefined; readonly theirs: V | undefined }[] {
    this.#noteOrigin(other);
    if (this.#root === other.#root) return [];
    const found: { key: string; mine: V | undefined; theirs: V | undefined; order: number; own: boolean }[] =
      [];
    this.#differ(other, (mine, theirs) => {
      const leaf = mine ?? theirs;
      if (!leaf) return true;
      const { key, order } = leaf;
      found.push({ key, mine: mine?.value, theirs: theirs?.value, order, own: mine !== undefined });
      return true;
    });
    return found.sort((a, b) => Number(b.own) - Number(a.own) || a.order - b.order);
  }

  *[Symbol.iterator](): Iterator<readonly [string, V]> {
    this.#note('whole');
    this.#sorted ??= inOrder(this.#root);
    for (const { key, value } of this.#sorted) yield [key, value];
  }

  *keys(): Iterable<string> {
    for (const [key] of this) yield key;
  }

  *values(): Iterable<V> {
    for (const [, value] of this) yield value;
  }
}
