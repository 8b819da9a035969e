/**
 * Whose rows a piece of work may touch. The authorize step makes one for each call; stores pass it to the database,
 * which shows only the rows of its tenant. Its identity matters: an open transaction is bound to it.
 */
export interface Scope {
  /** A tenant's id ("acme"), or undefined for the platform, which sees every tenant. */
  readonly tenant: string | undefined;
}

/** A scope that sees one tenant. */
export const tenantScope = (tenant: string): Scope => ({ tenant });

/** A scope that sees every tenant: for the platform's own work, never for a tenant's call. */
export const platformScope = (): Scope => ({ tenant: undefined });
