import { createVerifier, verificationKey } from '@weir/auth';
import {
  PrincipalServiceDefinition,
  Role,
  SigningAlgorithm,
  SigningKeyState,
  TokenServiceDefinition,
} from '@weir/contracts/security';
import { setTimeout as wait } from 'node:timers/promises';
import { refusal, soon } from './testing/refusal.ts';
import { startSecurity, type RunningSecurity } from './testing/start-security.ts';
import { watch } from './testing/watch.ts';

const PUBLISH_MS = 4_000;
let security: RunningSecurity;
beforeAll(async () => (security = await startSecurity({ jwksMaxAgeMs: PUBLISH_MS })), 60_000);
afterAll(() => security[Symbol.asyncDispose]());

const tokensAs = (token?: string) => security.client(TokenServiceDefinition, token);

describe('rotating the signing key', () => {
  it('publishes, waits, signs and refuses no valid token meanwhile', async () => {
    const { name: clientId, secret: clientSecret } = await security.enroll('acme', 'busy', [Role.DATA_VIEWER]);
    const admin = tokensAs(security.adminToken);
    const old = security.adminToken;
    const over = new AbortController();
    const signers = new Set<string>();
    const load = issueAndVerify({ clientId, clientSecret, old, signers, over: over.signal });

    const { key, previous } = await admin.rotateSigningKey({ algorithm: SigningAlgorithm.RS256 });
    expect([key?.state, previous?.state]).toEqual([SigningKeyState.PUBLISHED, SigningKeyState.SIGNING]);
    expect(await refusal(admin.rotateSigningKey({}))).toBe('ROTATION_IN_PROGRESS');
    while (signers.size < 2) await wait(20);
    // For as long again as the keys of whoever verifies may be old.
    await wait(PUBLISH_MS / 3);
    over.abort();

    expect(await load).toEqual([]);
    expect([...signers]).toEqual([previous?.keyId, key?.keyId]);
    const { keys } = await admin.listSigningKeys({});
    expect(keys.map(({ state }) => state)).toEqual([SigningKeyState.SIGNING, SigningKeyState.VERIFYING]);
  });

  it('withdraws compromised keys at once, with every token that they signed', async () => {
    const admin = tokensAs(security.adminToken);
    await using watcher = watch(admin, 0n);
    await soon(() => (watcher.bookmarks > 0 ? true : undefined));
    const etag = watcher.etag;
    expect(await refusal(admin.rotateSigningKey({ compromised: true }))).toBe('INVALID_ARGUMENT');

    const { key } = await admin.rotateSigningKey({ compromised: true, reason: 'a laptop was stolen' });

    expect(key?.state).toBe(SigningKeyState.SIGNING);
    await soon(() => (watcher.etag === etag ? undefined : true));
    const principals = security.client(PrincipalServiceDefinition, security.adminToken);
    expect(await refusal(principals.listPrincipals({}))).toMatch(/TOKEN_(INVALID|REVOKED)/);
    const fresh = await tokensAs().issueToken({ clientId: 'principals/admin', clientSecret: security.adminSecret });
    const { keys } = await tokensAs(fresh.accessToken).listSigningKeys({ showRetired: true });
    expect(keys.map(({ state }) => state)).toEqual([
      SigningKeyState.SIGNING,
      SigningKeyState.REVOKED,
      SigningKeyState.REVOKED,
    ]);
    expect((await tokensAs().getJwks({})).keys.map(({ kid }) => kid)).toEqual([key?.keyId]);
    const rows = await security.parts.keys.all({ tenant: undefined });
    expect(rows.map(({ sealed }) => sealed !== undefined)).toEqual([false, false, true]);
  });
});

interface Load {
  readonly clientId: string;
  readonly clientSecret: string;
  /** A token from before. */
  readonly old: string;
  /** The ids of the keys that the tokens were signed with. */
  readonly signers: Set<string>;
  readonly over: AbortSignal;
}

/** Verifies tokens as a service does that fetches the keys and keeps them for as long as it may; what it refused. */
async function issueAndVerify({ clientId, clientSecret, old, signers, over }: Load) {
  const refused: unknown[] = [];
  while (!over.aborted) {
    const { keys } = await tokensAs().getJwks({});
    const known = new Map(keys.map((jwk) => [jwk.kid, verificationKey(jwk)]));
    const verifier = createVerifier({
      keys: { find: (keyId) => known.get(keyId), ready: () => undefined },
      revocations: { isRevoked: () => false, generation: 0, ready: () => undefined },
      issuer: 'weir',
      audience: 'registry',
    });
    for (const end = Date.now() + PUBLISH_MS / 3; Date.now() < end;) {
      const { accessToken } = await tokensAs().issueToken({ clientId, clientSecret });
      signers.add(keyIdOf(accessToken));
      for (const token of [accessToken, old]) {
        const verified = await refusal(Promise.resolve().then(() => verifier.verify(token)));
        if (verified !== undefined) refused.push(verified);
      }
    }
  }
  return refused;
}

const keyIdOf = (token: string): string => {
  const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  return typeof header === 'object' && header !== null && 'kid' in header ? String(header.kid) : '';
};
