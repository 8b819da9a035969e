import type { Database } from '@weir/database';
import type { Logger } from 'pino';
import type { Transport } from '../domain/compliance/measures/basis.ts';
import type { SecurityParts } from '../parts.ts';
import type { AssessmentStore } from '../store/assessment-store.ts';
import type { BreachClockStore } from '../store/breach-clock-store.ts';
import type { ErasureStore } from '../store/erasure-store.ts';
import { postgresAssessmentStore } from '../store/postgres-assessment-store.ts';
import { postgresBreachClockStore } from '../store/postgres-breach-clock-store.ts';
import { postgresErasureStore } from '../store/postgres-erasure-store.ts';
import { postgresFailureCountStore } from '../store/postgres-failure-count-store.ts';
import { postgresPlatformWatchStore } from '../store/postgres-platform-watch-store.ts';
import { postgresRetentionSyncStore } from '../store/postgres-retention-sync-store.ts';
import { postgresSystemFactsStore } from '../store/postgres-system-facts-store.ts';
import type { Schema } from '../store/schema.ts';
import type { AuditAccess } from './audit-access.ts';
import { evaluator, type Evaluator } from './evaluator.ts';
import { incidentWatch, type IncidentWatch, type IncidentWatchParts } from './incident-watch.ts';
import type { LogHeads } from './log-heads.ts';
import { startPlatformWatch } from './platform-watch.ts';
import { startRetentionSync, type RetentionSync } from './retention-sync.ts';

/** What ComplianceService is made of besides the parts of the other services. */
export interface ComplianceParts extends AsyncDisposable {
  readonly retention: RetentionSync;
  readonly evaluator: Evaluator;
  readonly assessments: AssessmentStore;
  readonly clocks: BreachClockStore;
  readonly erasures: ErasureStore;
  readonly incidents: IncidentWatch;
}

/** What it is built from. */
export interface ComplianceOptions {
  readonly security: SecurityParts;
  readonly database: Database<Schema>;
  readonly audit: AuditAccess;
  readonly journal: IncidentWatchParts['journal'];
  readonly heads: LogHeads;
  /** How the services answer on their ports. */
  readonly transports: () => Promise<readonly Transport[]>;
  readonly log: Logger;
}

/** Puts them together; disposing them stops what runs in the background. */
export function buildCompliance(options: ComplianceOptions): ComplianceParts {
  const { security, database, audit, journal, heads, transports, log } = options;
  const assessments = postgresAssessmentStore(database);
  const clocks = postgresBreachClockStore(database);
  const systemFacts = postgresSystemFactsStore(database);
  const retentionSync = postgresRetentionSyncStore(database);
  const retention = startRetentionSync({ ...security, database, retentionSync, audit, log });
  const failures = postgresFailureCountStore(database);
  const incidents = incidentWatch({ database, frameworks: security.frameworks, clocks, failures, journal, log });
  const platform = postgresPlatformWatchStore(database);
  const watch = startPlatformWatch({ audit, platform, incidents, log });
  const parts = { ...security, systemFacts, assessments, clocks, audit, heads, incidents, transports, platform };
  return {
    retention,
    assessments,
    clocks,
    erasures: postgresErasureStore(database),
    incidents,
    evaluator: evaluator(parts),
    async [Symbol.asyncDispose]() {
      await Promise.all([retention[Symbol.asyncDispose](), watch[Symbol.asyncDispose]()]);
    },
  };
}
