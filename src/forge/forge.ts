// forge/: the dialects as data: roots, shells, contexts, events, tokens. No behaviour beyond look-ups.

export const forges = ['gitea', 'forgejo', 'github'] as const;
export type Forge = (typeof forges)[number];
