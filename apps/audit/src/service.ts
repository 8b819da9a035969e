import { AuditServiceDefinition } from '@weir/contracts/audit';
import { bind, type Binding } from '@weir/rpc';
import { exportEvents } from './handlers/export-events.ts';
import { getCheckpoint } from './handlers/get-checkpoint.ts';
import { getConsistencyProof } from './handlers/get-consistency-proof.ts';
import { getEvent } from './handlers/get-event.ts';
import { getInclusionProof } from './handlers/get-inclusion-proof.ts';
import { queryEvents } from './handlers/query-events.ts';
import { recordEvents } from './handlers/record-events.ts';
import { tailEvents } from './handlers/tail-events.ts';
import { verifyLog } from './handlers/verify-log.ts';
import type { AuditLog } from './log/audit-log.ts';

/** The RPCs of the audit service. */
export const auditBindings = ({ recorder, store, heads, prover, keys, growth }: AuditLog): Binding[] => [
  bind(AuditServiceDefinition, {
    recordEvents: recordEvents(recorder, prover),
    getEvent: getEvent(store, heads, prover),
    queryEvents: queryEvents(store),
    tailEvents: tailEvents(store, growth),
    exportEvents: exportEvents(store, heads, prover),
    getCheckpoint: getCheckpoint(heads, keys),
    getInclusionProof: getInclusionProof(store, heads, prover),
    getConsistencyProof: getConsistencyProof(heads),
    verifyLog: verifyLog(store, heads, keys),
  }),
];
