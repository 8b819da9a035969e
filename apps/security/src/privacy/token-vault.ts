import { tenantScope } from '@weir/context';
import { CryptoContext, type PiiType } from '@weir/contracts/security';
import type { CryptoParts } from '../crypto/crypto-parts.ts';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { PendingToken } from '../domain/privacy/pseudonyms.ts';
import type { PseudonymStore, TokenName } from '../store/pseudonym-store.ts';

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
export type VaultParts = Pick<CryptoParts, 'cryptographer' | 'openKeys' | 'master'> & {
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
          await keepSome(parts, { tenant, id: key }, some.slice(from, from + AT_ONCE));
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

/** They are counted in the transaction that keeps them: what breaks off leaves neither. */
async function keepSome(
  { cryptographer, master, store }: VaultParts,
  key: CryptoKeyName,
  tokens: readonly NamedToken[],
): Promise<void> {
  const items = tokens.map(({ token, subject, value }) => ({
    plaintext: Buffer.from(value),
    context: contextOf(token, subject),
  }));
  // A data key for each: one of them opened opens no other.
  await cryptographer.encryptAndKeep(key, items, (counted, ciphertexts) =>
    store.keep(
      counted,
      tokens.map(({ token, type, subject, subjectId }, index) => ({
        token,
        key: key.id,
        type,
        subject: subjectId,
        subjectName: master.seal(Buffer.from(subject), subjectContext(key.tenant, token)),
        ciphertext: ciphertexts[index] ?? Buffer.alloc(0),
      })),
    ),
  );
}

const keyId = ({ key }: PendingToken): string => (key === '' ? DEFAULT_KEY : (key.split('/').at(-1) ?? DEFAULT_KEY));

const nameOf = ({ token, key, subject }: TokenName): string => `${token} ${key} ${subject.toString('hex')}`;

const contextOf = (token: string, subject: string): CryptoContext =>
  CryptoContext.fromPartial({ purpose: 'pii-token', subject, entries: { token } });

const subjectContext = (tenant: string, token: string): string => `weir token subject ${tenant} ${token}`;
