import { createContextKey, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { randomFillSync } from 'node:crypto';

const DRAWN = createContextKey('weir: drawn to be recorded');
const drawn = ROOT_CONTEXT.setValue(DRAWN, true);

let share = 0;

/** Sets which share of the traces that start with a call is recorded. */
export const recordShare = (ratio: number): void => void (share = ratio);

/** Whether a span starts in a context of `drawRoot`. */
export const isDrawn = (context: Context): boolean => context.getValue(DRAWN) === true;

/**
 * Draws whether a trace that starts now is recorded: answers the context that its first span starts in, or undefined.
 * Most are not, and asking first spares them a span; `newTraceId` is all that they need.
 */
export const drawRoot = (): Context | undefined => (Math.random() < share ? drawn : undefined);

const ID_BYTES = 16;
const random = Buffer.alloc(256 * ID_BYTES);
let used = random.length;

/** A new W3C trace id: 32 hex digits. */
export function newTraceId(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  return random.toString('hex', used, (used += ID_BYTES));
}
