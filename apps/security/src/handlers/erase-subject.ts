import type { EraseSubjectRequest, EraseSubjectResponse, ErasureReceipt } from '@weir/contracts/security';
import { parse, text, type Unary } from '@weir/rpc';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SubjectIds } from '../crypto/subject-ids.ts';
import { tenantIn } from '../domain/principal.ts';
import type { CiphertextStore } from '../store/ciphertext-store.ts';
import type { ErasureStore } from '../store/erasure-store.ts';
import { tenantField } from './question-fields.ts';

const Request = z.object({
  tenant: tenantField(),
  subject: text(1, 256),
  reason: text(1, 500),
  validateOnly: z.boolean(),
});

/** What EraseSubject works with. */
export interface EraseSubjectParts {
  readonly subjectId: SubjectIds;
  readonly ciphertexts: CiphertextStore;
  readonly erasures: ErasureStore;
}

/** Destroys the keys of one person, and leaves a receipt, which is the event of the call. */
export function eraseSubject(parts: EraseSubjectParts): Unary<EraseSubjectRequest, EraseSubjectResponse> {
  const { subjectId, ciphertexts, erasures } = parts;
  return async (request, context) => {
    const { tenant: name, subject, reason, validateOnly } = parse(Request, request);
    const tenant = tenantIn(name);
    const person = await subjectId(tenant, subject);

    const tokenCount = await erasures.tokens(context.scope, tenant, person);
    const erased = await ciphertexts.eraseSubject(context.scope, tenant, person, validateOnly);
    const id = `e${randomUUID().replaceAll('-', '')}`;
    const receipt: ErasureReceipt = {
      name: `${name}/erasures/${id}`,
      subjectHash: person.toString('hex'),
      destroyedKeyCount: erased.keys,
      ciphertextCount: erased.ciphertexts,
      tokenCount,
      requestedBy: context.principal?.subject ?? '',
      reason,
      erasedAt: new Date(),
      auditEventId: validateOnly ? '' : randomUUID(),
    };
    if (!validateOnly) await erasures.put(context.scope, tenant, id, receipt);

    context.audit({
      resource: receipt.name,
      ...(validateOnly ? {} : { eventId: receipt.auditEventId }),
      details: { ...inWords(receipt), validate_only: validateOnly },
    });
    return { receipt };
  };
}

/** The receipt as the audit log holds it. */
const inWords = ({ subjectHash, destroyedKeyCount, ciphertextCount, tokenCount, reason }: ErasureReceipt) => ({
  subject_hash: subjectHash,
  destroyed_keys: destroyedKeyCount,
  ciphertexts: Number(ciphertextCount),
  tokens: Number(tokenCount),
  reason,
});
