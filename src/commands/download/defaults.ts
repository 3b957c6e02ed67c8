/** What the flags of `ts download` are when they are not given. */
export const DOWNLOAD_DEFAULTS = { revision: 'main', 'repo-type': 'model', 'max-workers': 8 } as const;

/** Fewest and most files at the same time. */
export const WORKER_BOUNDS = { min: 1, max: 64 } as const;
