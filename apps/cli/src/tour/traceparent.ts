import { randomBytes } from 'node:crypto';

/** The W3C header of a new trace that is recorded, whatever the sampling. */
export const traceparent = (): string => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
