/** The head of a tenant's log that security remembers. */
export interface KnownHead {
  readonly size: bigint;
  /** The whole signed note. */
  readonly note: string;
  readonly verifierKey: string;
  /** Why the latest head was refused; undefined while all is well. */
  readonly problem: string | undefined;
}

/** The heads of the logs of tenants. */
export interface LogHeads {
  /** Looks at a log now. Undefined: it has no head yet. */
  look(tenant: string): Promise<KnownHead | undefined>;
}
