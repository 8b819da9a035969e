import type { MethodInfo } from '@weir/contracts';
import type { Call } from './call.ts';
import type { ServerParts } from './parts.ts';

/** What is left of the way to the handler, the handler included. For a stream it settles when the stream has ended. */
export type Next = (call: Call) => Promise<unknown>;

/** One step on the way of a call. It throws to refuse. */
export type Step = (call: Call, next: Next) => Promise<unknown>;

/** Makes the step of one method, once, when the server starts. */
export type Interceptor = (method: MethodInfo, parts: ServerParts) => Step;

/** The step of a method for which there is nothing to do; it is left out of the way. */
export const pass: Step = (call, next) => next(call);

/** Runs `handle` inside the steps, the first one outermost. */
export const compose = (steps: readonly Step[], handle: Next): Next =>
  steps.filter((step) => step !== pass).reduceRight<Next>((next, step) => (call) => step(call, next), handle);
