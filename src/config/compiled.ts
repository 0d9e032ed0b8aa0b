/** Whether a value is what a schema says. */
export type Fits = <T>(value: unknown) => value is T;

// Making a validator takes several times as long as linting a file. The program as it is bundled has them here, made of the
// same schemas (scripts/bundle.mjs); nobody else has any.

/** Of configurations that speak of no rules but those of hardfail. */
export const configFits: Fits | null = null;

export const baselineFits: Fits | null = null;
