/** Milliseconds: a provider that takes longer counts as one that refuses, and so does the chunk that asks it. */
export const IDENTITY_MS = 5000;
