import { AuditServiceDefinition } from '@weir/contracts/audit';
import { bind, type Binding } from '@weir/rpc';
import { arrivedEvents } from './domain/wire/arrived-events.ts';
import { exportEvents } from './handlers/export-events.ts';
import { generateReport } from './handlers/generate-report.ts';
import { getCheckpoint } from './handlers/get-checkpoint.ts';
import { getConsistencyProof } from './handlers/get-consistency-proof.ts';
import { getEvent } from './handlers/get-event.ts';
import { getInclusionProof } from './handlers/get-inclusion-proof.ts';
import { placeLegalHold } from './handlers/place-legal-hold.ts';
import { putRetention } from './handlers/put-retention.ts';
import { queryEvents } from './handlers/query-events.ts';
import { recordEvents } from './handlers/record-events.ts';
import { releaseLegalHold } from './handlers/release-legal-hold.ts';
import { tailEvents } from './handlers/tail-events.ts';
import { verifyLog } from './handlers/verify-log.ts';
import type { AuditLog } from './log/audit-log.ts';

const { methods } = AuditServiceDefinition;
/** The service as its clients know it; what they record is read from its bytes. */
const definition = {
  ...AuditServiceDefinition,
  methods: { ...methods, recordEvents: { ...methods.recordEvents, requestType: arrivedEvents } },
};

/** The RPCs of the audit service. */
export const auditBindings = (log: AuditLog): Binding[] => [
  bind(definition, {
    recordEvents: recordEvents(log.recorder, log.prover),
    getEvent: getEvent(log.store, log.heads, log.prover),
    queryEvents: queryEvents(log),
    tailEvents: tailEvents(log),
    exportEvents: exportEvents(log.store, log.heads, log.prover),
    getCheckpoint: getCheckpoint(log.heads, log.keys),
    getInclusionProof: getInclusionProof(log),
    getConsistencyProof: getConsistencyProof(log.heads),
    verifyLog: verifyLog(log),
    putRetention: putRetention(log.retentions, log.sweeper),
    placeLegalHold: placeLegalHold(log.retentions),
    releaseLegalHold: releaseLegalHold(log.retentions, log.sweeper),
    generateReport: generateReport(log),
  }),
];
