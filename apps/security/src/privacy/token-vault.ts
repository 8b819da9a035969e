import { tenantScope } from '@weir/context';
import { CryptoContext, type PiiType } from '@weir/contracts/security';
import type { CryptoParts } from '../crypto/crypto-parts.ts';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { PendingToken } from '../domain/privacy/pseudonyms.ts';
import { envelopesOf, goneOf } from '../crypto/rewrap-batch.ts';
import type { PseudonymStore, TokenName, TokenRecord } from '../store/pseudonym-store.ts';

/** What a token stands for. */
export interface ResolvedToken {
  readonly value: string;
  readonly type: PiiType;
  readonly tokenizedAt: Date;
}

/** Keeps the way back from tokens, encrypted under keys of the tenant. */
export interface TokenVault {
  /** Keeps those that are new; it has when it answers. KEY_NOT_FOUND, KEY_DESTROYED. */
  keep(tenant: string, tokens: readonly PendingToken[]): Promise<void>;
  /** Undefined for what is unknown, of another tenant or about someone erased. */
  resolve(tenant: string, token: string): Promise<ResolvedToken | undefined>;
}

/** What a vault works with. */
export type VaultParts = Pick<CryptoParts, 'cryptographer' | 'openKeys' | 'master' | 'ciphertexts'> & {
  readonly store: PseudonymStore;
};

const DEFAULT_KEY = 'default';
const AT_ONCE = 10_000;

/** A vault over the tables of tokens. */
export function tokenVault(parts: VaultParts): TokenVault {
  const { store, openKeys } = parts;
  return {
    async keep(tenant, tokens) {
      const named = await Promise.all(
        tokens.map(async (one) => ({
          ...one,
          key: keyId(one),
          subjectId: await openKeys.subjectId(tenant, one.subject),
        })),
      );
      const missing = new Map(named.map((one) => [nameOf({ ...one, subject: one.subjectId }), one]));
      const scope = tenantScope(tenant);
      const kept = await store.known(scope, tenant, [...new Set(tokens.map(({ token }) => token))]);
      for (const one of kept) missing.delete(nameOf(one));
      for (const [key, some] of Map.groupBy(missing.values(), (one) => one.key)) {
        for (let from = 0; from < some.length; from += AT_ONCE) {
          const sealed = await seal(parts, { tenant, id: key }, some.slice(from, from + AT_ONCE));
          await discard(parts, { tenant, id: key }, sealed, await store.keep(scope, tenant, sealed));
        }
      }
    },
    async resolve(tenant, token) {
      for (const record of await store.find(tenantScope(tenant), tenant, token)) {
        const subject = parts.master.open(record.subjectName, subjectContext(tenant, token)).toString();
        const item = { ciphertext: record.ciphertext, context: contextOf(token, subject) };
        const [opened] = await parts.cryptographer.decrypt({ tenant, id: record.key }, [item]);
        if (opened) return { value: opened.plaintext.toString(), type: record.type, tokenizedAt: record.createdAt };
      }
      return undefined;
    },
  };
}

type NamedToken = PendingToken & { readonly subjectId: Buffer };

async function seal(parts: VaultParts, key: CryptoKeyName, tokens: readonly NamedToken[]): Promise<TokenRecord[]> {
  const items = tokens.map(({ token, subject, value }) => ({
    plaintext: Buffer.from(value),
    context: contextOf(token, subject),
  }));
  // A data key for each: one of them opened opens no other.
  const { ciphertexts } = await parts.cryptographer.encrypt(key, items, { dataKeyPerItem: true });
  return tokens.map(({ token, type, subject, subjectId }, index) => ({
    token,
    key: key.id,
    type,
    subject: subjectId,
    subjectName: parts.master.seal(Buffer.from(subject), subjectContext(key.tenant, token)),
    ciphertext: ciphertexts[index] ?? Buffer.alloc(0),
  }));
}

/** Another call kept them at the same moment: what was counted for those of this one is needed by nobody. */
async function discard(
  { ciphertexts }: VaultParts,
  key: CryptoKeyName,
  sealed: readonly TokenRecord[],
  kept: readonly TokenName[],
): Promise<void> {
  if (kept.length === sealed.length) return;
  const names = new Set(kept.map(nameOf));
  const lost = sealed.filter((one) => !names.has(nameOf(one)));
  const envelopes = envelopesOf(lost).filter((envelope) => envelope !== undefined);
  const version = envelopes[0]?.keyVersion ?? 0;
  const discarded = goneOf(envelopes.map(({ id }) => id));
  await ciphertexts.change(key, { version, rewrapped: [], confirmed: [], discarded });
}

const keyId = ({ key }: PendingToken): string => (key === '' ? DEFAULT_KEY : (key.split('/').at(-1) ?? DEFAULT_KEY));

const nameOf = ({ token, key, subject }: TokenName): string => `${token} ${key} ${subject.toString('hex')}`;

const contextOf = (token: string, subject: string): CryptoContext =>
  CryptoContext.fromPartial({ purpose: 'pii-token', subject, entries: { token } });

const subjectContext = (tenant: string, token: string): string => `weir token subject ${tenant} ${token}`;
