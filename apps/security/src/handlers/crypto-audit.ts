import type { AuditFields, CallContext } from '@weir/context';
import type { CryptoContext } from '@weir/contracts/security';
import type { Chosen } from '../crypto/cryptographer.ts';
import type { SubjectIds } from '../crypto/subject-ids.ts';
import { idText } from '../domain/crypto/ciphertext-id.ts';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import { createHash } from 'node:crypto';

interface Use {
  readonly bytes: number;
  readonly context: CryptoContext;
}

const MAX_CONTEXTS_BYTES = 16_384;

/** What an audit event says about the use of a key: how much, and bound to what; of the payload nothing. */
export async function useOf(subjectId: SubjectIds, { tenant }: CryptoKeyName, items: readonly Use[]) {
  const distinct = new Set<CryptoContext>();
  let bytes = 0;
  for (const item of items) {
    distinct.add(item.context);
    bytes += item.bytes;
  }
  const contexts = [...distinct];
  const subjects = await Promise.all(contexts.map(({ subject }) => subjectId(tenant, subject)));
  const said = contexts.map((context, at) => wordsOf(context, subjects[at]?.toString('hex') ?? ''));
  const [only] = said;
  const details = said.length === 1 && only ? { ...only } : listed(said);
  return { dataSizeBytes: bytes, details: { ...details, item_count: items.length } } satisfies AuditFields;
}

/** Takes the event of a call that encrypts, once it is known under which version, and as what. */
export const eventWith =
  (call: CallContext) =>
  ({ version, group }: Chosen) => {
    call.audit({ details: { ciphertext_id: idText({ group, index: 0 }), key_version: version } });
    return call.takeSealedEvent();
  };

interface Words {
  readonly purpose: string;
  /** JSON, its keys in order. */
  readonly context: string;
  /** The keyed hash, in hex. */
  readonly subject?: string;
}

function wordsOf({ purpose, entries, subject }: CryptoContext, hash: string): Words {
  const sorted = Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
  const context = JSON.stringify(Object.fromEntries(sorted));
  return { purpose, context, ...(subject === '' ? {} : { subject: hash }) };
}

/** As many contexts as an event has room for; the digest is that of all. */
function listed(said: readonly Words[]) {
  const lines = said.map((words) => JSON.stringify(words));
  const fitting: string[] = [];
  for (let [at, room] = [0, MAX_CONTEXTS_BYTES]; at < lines.length; at += 1) {
    room -= Buffer.byteLength(lines[at] ?? '');
    if (room < 0) break;
    fitting.push(lines[at] ?? '');
  }
  return {
    context_count: lines.length,
    contexts: `[${fitting.join(',')}]`,
    ...(fitting.length < lines.length && {
      contexts_sha256: createHash('sha256')
        .update(`[${lines.join(',')}]`)
        .digest('hex'),
    }),
  };
}
