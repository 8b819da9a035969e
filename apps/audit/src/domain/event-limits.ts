/** The most UTF-16 units that the text fields of an event may have. */
export const TEXT_LIMITS = { name: 512, service: 64, method: 256 } as const;

/** Seconds of the longest duration: 10,000 years. */
export const MAX_DURATION_SECONDS = 315_576_000_000;

export const MAX_FLAGS = 32;
export const MAX_EVENT_BYTES = 64 * 1024;
/** Counted in the JSON form. */
export const MAX_DETAILS_BYTES = 32 * 1024;
