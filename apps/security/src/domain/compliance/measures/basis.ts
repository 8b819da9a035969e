import type { Retention } from '@weir/contracts/audit';
import type { BreachClockState, ComplianceRequirements, Policy, StaleGrant } from '@weir/contracts/security';
import type { FrameworkConfig } from '../framework-config.ts';

/** A key of the tenant that is not destroyed. */
export interface KeyAge {
  readonly name: string;
  readonly primaryVersion: number;
  /** Since when its primary version exists. */
  readonly since: Date;
}

/** A clock of the tenant, as far as a control looks at it. */
export interface ClockFacts {
  readonly name: string;
  readonly framework: number;
  readonly discoveredAt: Date;
  readonly notifyBy: Date;
  readonly notifiedAt: Date | undefined;
  readonly state: BreachClockState;
}

/** How a service answers on its port. */
export interface Transport {
  /** "audit" */
  readonly service: string;
  readonly address: string;
  /** Whether it can only be reached on this machine. */
  readonly isLoopback: boolean;
  /** What it did when it was spoken to without TLS. */
  readonly inClear: 'answered' | 'refused' | 'unreachable';
}

/** What VerifyLog said. */
export interface LogVerdict {
  readonly checked: bigint;
  readonly removed: bigint;
  /** Undefined: everything agrees. */
  readonly problem: string | undefined;
}

/** Safeguards that are turned off for all tenants, by settings of services. */
export interface SwitchedOff {
  /** DATA_ENCRYPTION of security: no decision obliges to encrypt. */
  readonly encryption: boolean;
  /** PII_DETECTION of security: no decision obliges to look for personal data. */
  readonly piiDetection: boolean;
  /** AUDIT_LOGGING: services whose calls leave no events, by name. */
  readonly silenced: readonly { readonly service: string; readonly since: Date }[];
}

/** Everything that is measured besides the log, as of the evaluation. */
export interface SystemFacts {
  readonly tenant: string;
  /** The time of the log head: ages count up to it. */
  readonly asOf: Date;
  readonly periodStart: Date;
  readonly policies: readonly Policy[];
  /** How many rights there are: controls that allow, and roles. */
  readonly grantCount: number;
  /** By days without use, for each review period that a framework sets. */
  readonly staleGrants: ReadonlyMap<number, readonly StaleGrant[]>;
  readonly reviewedAt: Date | undefined;
  readonly keys: readonly KeyAge[];
  readonly clocks: readonly ClockFacts[];
  readonly retention: Retention | undefined;
  readonly verdict: LogVerdict;
  readonly transports: readonly Transport[];
  readonly switchedOff: SwitchedOff;
  /** When the log was read for an assessment before, the same period. */
  readonly readings: readonly Date[];
  /** Hashes of erased persons of whom a key is left that is older than the erasure. */
  readonly unerased: readonly string[];
}

/** The facts, seen by one framework. */
export interface ControlBasis extends SystemFacts {
  readonly config: FrameworkConfig;
  /** Since when the framework has been configured. */
  readonly since: Date;
  readonly requirements: ComplianceRequirements;
}
