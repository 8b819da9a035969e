import type { AuditAccess } from '../compliance/audit-access.ts';
import type { LogHeads } from '../compliance/log-heads.ts';

/** The heads that audit signs now, without a memory of those before. */
export const auditHeads = (audit: Pick<AuditAccess, 'getCheckpoint'>): LogHeads => ({
  async look(tenant) {
    const { checkpoint, verifierKey } = await audit.getCheckpoint({ tenant: `tenants/${tenant}` });
    return checkpoint && { size: checkpoint.treeSize, note: checkpoint.note, verifierKey, problem: undefined };
  },
});
