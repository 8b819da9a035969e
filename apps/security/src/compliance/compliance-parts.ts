import type { Database } from '@weir/database';
import type { Logger } from 'pino';
import type { SecurityParts } from '../parts.ts';
import { postgresRetentionSyncStore } from '../store/postgres-retention-sync-store.ts';
import type { Schema } from '../store/schema.ts';
import type { AuditAccess } from './audit-access.ts';
import { startRetentionSync, type RetentionSync } from './retention-sync.ts';

/** What ComplianceService is made of besides the parts of the other services. */
export interface ComplianceParts extends AsyncDisposable {
  readonly retention: RetentionSync;
}

/** What it is built from. */
export interface ComplianceOptions {
  readonly security: SecurityParts;
  readonly database: Database<Schema>;
  readonly audit: AuditAccess;
  readonly log: Logger;
}

/** Puts them together; disposing them stops what runs in the background. */
export function buildCompliance({ security, database, audit, log }: ComplianceOptions): ComplianceParts {
  const retentionSync = postgresRetentionSyncStore(database);
  const retention = startRetentionSync({ ...security, database, retentionSync, audit, log });
  return {
    retention,
    [Symbol.asyncDispose]: () => retention[Symbol.asyncDispose](),
  };
}
