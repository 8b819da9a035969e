import { CryptoServiceDefinition, type CryptoContext } from '@weir/contracts/security';
import type { DeepPartial } from '@weir/contracts';
import { startSecurity, type RunningSecurity } from './start-security.ts';

/** The key that tests encrypt under unless they say another. */
export const name = 'tenants/acme/keys/default';
/** What ciphertexts of tests are bound to. */
export const context = { purpose: 'dataset', entries: { dataset: 'flights', part: '1' } };

/** A security service that a whole spec file shares, and what encrypts with it. */
export interface CryptoFixture {
  /** Running from the first test on. */
  readonly security: RunningSecurity;
  /** CryptoService for a token; the administrator's by default. */
  crypto(token?: string): ReturnType<typeof client>;
  encrypt(text: string, bound?: DeepPartial<CryptoContext>, key?: string): Promise<Buffer>;
  decrypt(ciphertext: Buffer, bound?: DeepPartial<CryptoContext>, key?: string): Promise<string>;
  /** Makes a key of acme. */
  createKey(keyId: string): Promise<string>;
  /** How many ciphertexts need each version of a key. */
  counts(key: string): Promise<bigint[] | undefined>;
}

const client = (security: RunningSecurity, token: string) => security.client(CryptoServiceDefinition, token);

/** Starts it before the tests of the file and ends it behind them. */
export function cryptoFixture(): CryptoFixture {
  let security: RunningSecurity;
  beforeAll(async () => (security = await startSecurity()), 60_000);
  afterAll(() => security[Symbol.asyncDispose]());
  const crypto = (token = security.adminToken) => client(security, token);
  return {
    get security() {
      return security;
    },
    crypto,
    encrypt: async (text, bound = context, key = name) =>
      (await crypto().encrypt({ name: key, plaintext: Buffer.from(text), context: bound })).ciphertext,
    decrypt: async (ciphertext, bound = context, key = name) =>
      (await crypto().decrypt({ name: key, ciphertext, context: bound })).plaintext.toString(),
    async createKey(keyId) {
      await crypto().createKey({ tenant: 'tenants/acme', keyId, key: { displayName: keyId } });
      return `tenants/acme/keys/${keyId}`;
    },
    counts: async (key) =>
      (await crypto().describeKey({ name: key })).key?.versions.map(({ ciphertextCount }) => ciphertextCount),
  };
}
