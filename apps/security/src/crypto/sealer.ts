import type { CryptoContext } from '@weir/contracts/security';
import { randomBytes, type KeyObject } from 'node:crypto';
import { newGroup } from '../domain/crypto/ciphertext-id.ts';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import {
  dataKeyParts,
  payloadSealer,
  seal,
  wrapBinding,
  type CiphertextKind,
  type DataKeyParts,
} from '../domain/crypto/envelope.ts';
import { membersOf } from '../domain/crypto/members.ts';
import type { NewCiphertexts } from '../store/ciphertext-store.ts';
import { bindings } from './bindings.ts';
import type { OpenKey } from './open-keys.ts';

/** What is to be encrypted, and what it is bound to. */
export interface Plain {
  readonly plaintext: Uint8Array;
  readonly context: CryptoContext;
}

/** Which ids a call will answer, and what wraps their data keys. */
export interface SealingPlan {
  readonly key: CryptoKeyName;
  readonly version: number;
  readonly group: Buffer;
  /** By the subject in the context. */
  readonly wrapping: ReadonlyMap<string, { readonly id: Buffer; readonly wrappingKey: KeyObject }>;
  readonly counted: NewCiphertexts;
}

/** Plans a call; undefined when the key changed since it was opened. */
export function planSealing(
  key: CryptoKeyName,
  opened: OpenKey,
  items: readonly Plain[],
  subjects: ReadonlyMap<string, Buffer>,
): SealingPlan | undefined {
  const group = newGroup();
  const version = opened.primaryVersion;
  const wrapping = new Map<string, { id: Buffer; wrappingKey: KeyObject }>();
  for (const [subject, id] of subjects) {
    const wrappingKey = opened.wrappingKey(version, id);
    if (!wrappingKey) return undefined;
    wrapping.set(subject, { id, wrappingKey });
  }
  const indices = Map.groupBy(items.keys(), (index) => items[index]?.context.subject ?? '');
  const parts = [...wrapping].map(([subject, { id }]) => ({
    group,
    subject: id,
    members: membersOf(indices.get(subject) ?? []),
    subjectKey: opened.subjectKey(id),
  }));
  return { key, version, group, wrapping, counted: { key, version, revision: opened.revision, parts } };
}

interface DataKey {
  readonly parts: DataKeyParts;
  readonly wrapped: Buffer;
}

/** What all ciphertexts of a call have in common. */
export interface SealingOptions {
  readonly kind: CiphertextKind;
  readonly dataKeyPerItem: boolean;
  readonly encryptedAt: Date;
}

type Seal = ReturnType<typeof payloadSealer>;

/** Encrypts the items of a plan, each by its index. */
export function sealer(plan: SealingPlan, { kind, dataKeyPerItem, encryptedAt }: SealingOptions) {
  const { key, version, group, wrapping } = plan;
  const bind = bindings(key);
  const dataKeys = new Map<string, DataKey>();
  // Items with one context and one data key differ in their index only.
  const seals = new Map<CryptoContext, Seal>();

  function newDataKey(subject: Buffer, wrappingKey: KeyObject): DataKey {
    const dataKey = randomBytes(32);
    const bound = wrapBinding({ tenant: key.tenant, key: key.id, version, group, subject });
    return { parts: dataKeyParts(dataKey), wrapped: seal(wrappingKey, dataKey, bound) };
  }

  function sealOf(context: CryptoContext): Seal {
    const subject = wrapping.get(context.subject);
    if (!subject) throw new Error('an item of another plan');
    const { id, wrappingKey } = subject;
    const dataKey = (dataKeyPerItem ? undefined : dataKeys.get(context.subject)) ?? newDataKey(id, wrappingKey);
    dataKeys.set(context.subject, dataKey);
    const { parts, wrapped } = dataKey;
    const header = { kind, keyVersion: version, id: { group }, encryptedAt, subject: id, wrapped };
    return payloadSealer(header, parts, bind(context));
  }

  return ({ plaintext, context }: Plain, index: number): Buffer => {
    const known = (dataKeyPerItem ? undefined : seals.get(context)) ?? sealOf(context);
    seals.set(context, known);
    return known(plaintext, index);
  };
}
