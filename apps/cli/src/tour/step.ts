import type { RunResult } from '@weir/contracts/agent';
import type { Mesh } from '@weir/mesh';
import type { Addresses, Session } from '../session.ts';

/** One stop of the tour. */
export interface Step {
  readonly title: string;
  run(tour: Tour, report: Report): Promise<void>;
}

/** How a step tells what it found. */
export interface Report {
  /** Says what was checked; the step fails when it does not hold. */
  readonly check: (holds: boolean, what: string) => void;
  /** Says what is going on. */
  readonly tell: (line: string) => void;
}

/** What steps share; later ones use what earlier ones made. */
export interface Tour {
  readonly mesh: Mesh;
  readonly addresses: Addresses;
  readonly admin: Session;
  /** Ends with the tour. */
  readonly stack: AsyncDisposableStack;
  /** Set by `onboard`. */
  acme: Account | undefined;
  /** Set by `processFlights`. */
  processed: RunResult | undefined;
}

/** A principal of the tenant, and its way in. */
export interface Account extends Session {
  readonly principal: string;
  /** A token that it has now. */
  readonly token: () => Promise<string>;
}

/** What an earlier step made, or the reason why this step cannot run. */
export function made<T>(value: T | undefined, step: string): T {
  if (value === undefined) throw new Error(`needs what the step "${step}" makes`);
  return value;
}
