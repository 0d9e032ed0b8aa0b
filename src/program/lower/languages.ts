import type { TemplatePart } from '../../parse/expression.js';
import type { MappedText, Place } from '../../text/script.js';
import type { Language } from '../compute.js';
import type { Program, Word } from '../program.js';
import type { ProgramPlaces } from './places.js';

/** What one language's front-end offers. None of it ever throws: `unreadable` of the program says what is wrong. */
export interface Lowering {
  /**
   * A whole script. `fences` are the template parts of the same text; null where the runner pastes nothing. `host`:
   * the action whose input the script is, where its text is not a whole program.
   */
  lower(text: MappedText, fences: readonly TemplatePart[] | null, host?: Host): Program;
  /**
   * A script that stands in another one, as a word of it (`python -c '…'`, a here-document). null where the word is
   * computed. `at` is where it stands.
   */
  lowerWord(word: Word, at: Place): Program | null;
  /**
   * The comments of a script, in order, as half-open ranges of its UTF-16 offsets; none of one that cannot be read. Left
   * out by a front-end that keeps none.
   */
  comments?(text: string): readonly { readonly start: number; readonly end: number }[];
  /** The statements around an offset of a whole script, into which the runner pastes nothing. */
  places?(text: MappedText, at: number): ProgramPlaces;
}

/** Actions that run a script of theirs: `actions/github-script`. */
export type Host = 'github-script';

/** The languages whose front-ends are loaded when they are needed. */
export type LoadedLanguage = Exclude<Language, 'shell'>;

/** Thrown where a script is in a language whose front-end is not loaded yet: most files need none of them. */
export class NotLoaded extends Error {
  readonly language: LoadedLanguage;

  constructor(language: LoadedLanguage) {
    super(`the front-end for ${language} is not loaded`);
    this.language = language;
  }
}

const loaded = new Map<LoadedLanguage, Lowering>();

/** A parser costs more to load than a short run takes, so each comes when the first script asks for it. */
const loaders: Readonly<Partial<Record<LoadedLanguage, () => Promise<Lowering>>>> = {
  javascript: async () => (await import('./javascript.js')).javascript(),
  python: async () => (await import('./python.js')).python,
  powershell: async () => (await import('./powershell.js')).powershell,
};

/** Loads a front-end; does nothing for one that there is not. */
export async function loadLanguage(language: LoadedLanguage): Promise<void> {
  const load = loaders[language];
  if (load && !loaded.has(language)) loaded.set(language, await load());
}

/** The front-end of a language; null where there is none. Throws `NotLoaded`. */
export function loweringOf(language: LoadedLanguage): Lowering | null {
  const lowering = loaded.get(language);
  if (lowering) return lowering;
  if (loaders[language]) throw new NotLoaded(language);
  return null;
}
