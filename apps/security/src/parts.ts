import { createVerifier, revocationList, type TokenVerifier } from '@weir/auth';
import type { TokenSource } from '@weir/client';
import type { Database } from '@weir/database';
import type { Logger } from 'pino';
import { NOTHING_WAIVED, type Waived } from './domain/access/obligations.ts';
import { LONGEST_TOKEN_MS } from './domain/token-claims.ts';
import { buildAccess, type AccessParts } from './access/access-parts.ts';
import { buildCrypto, type CryptoParts } from './crypto/crypto-parts.ts';
import { detailSealer, type DetailSealer } from './crypto/detail-sealer.ts';
import type { MasterKey } from './keys/master-key.ts';
import { secretHasher, type SecretHasher } from './keys/secret-hash.ts';
import type { ClientSecretStore } from './store/client-secret-store.ts';
import { postgresClientSecretStore } from './store/postgres-client-secret-store.ts';
import { postgresIssuanceStore } from './store/postgres-issuance-store.ts';
import { postgresPrincipalStore } from './store/postgres-principal-store.ts';
import { postgresRevocationStore } from './store/postgres-revocation-store.ts';
import { postgresSigningKeyStore } from './store/postgres-signing-key-store.ts';
import type { PrincipalStore } from './store/principal-store.ts';
import type { RevocationStore } from './store/revocation-store.ts';
import type { Schema } from './store/schema.ts';
import type { SigningKeyStore } from './store/signing-key-store.ts';
import { clientAuthentication, type ClientAuthentication } from './tokens/client-authentication.ts';
import { keyRing, type KeyRing } from './tokens/key-ring.ts';
import { keyRotation, type KeyRotation } from './tokens/key-rotation.ts';
import { buildPrivacy, type PrivacyParts } from './privacy/privacy-parts.ts';
import { scanPool, type ScanPoolOptions } from './privacy/scan-pool.ts';
import { localKeys, localRevocations } from './tokens/local-sources.ts';
import { startRevocationFeed, type RevocationFeed } from './tokens/revocation-feed.ts';
import { revocationMessage } from './domain/revocation.ts';
import { ownTokens } from './tokens/own-tokens.ts';
import { tokenIssuer, type TokenIssuer } from './tokens/token-issuer.ts';
import { tokenReader, type TokenReader } from './tokens/token-reader.ts';

/** What the handlers of this service are made of. */
export interface SecurityParts extends AccessParts, CryptoParts, PrivacyParts {
  readonly principals: PrincipalStore;
  readonly secrets: ClientSecretStore;
  readonly revocations: RevocationStore;
  readonly keys: SigningKeyStore;
  readonly hasher: SecretHasher;
  readonly clients: ClientAuthentication;
  readonly ring: KeyRing;
  readonly rotation: KeyRotation;
  readonly feed: RevocationFeed;
  readonly tokens: TokenIssuer;
  readonly reader: TokenReader;
  readonly verifier: TokenVerifier;
  /** The tokens that this service calls others with. */
  readonly ownTokens: TokenSource;
  readonly defaultLifetimeMs: number;
  readonly jwksMaxAgeMs: number;
  readonly waived: Waived;
  readonly sealDetails: DetailSealer;
}

/** What they are built from. */
export interface SecurityOptions {
  readonly database: Database<Schema>;
  readonly master: MasterKey;
  readonly log: Logger;
  readonly issuer: string;
  readonly defaultLifetimeMs: number;
  readonly jwksMaxAgeMs: number;
  readonly secretHashCost: number;
  readonly waived?: Waived;
  readonly scans: ScanPoolOptions;
}

/** Puts the parts of the service together; disposing the feed stops what runs in the background. */
export function buildSecurity(options: SecurityOptions): SecurityParts {
  const { database, master, log, issuer, defaultLifetimeMs, jwksMaxAgeMs } = options;
  const secrets = postgresClientSecretStore(database);
  const revocations = postgresRevocationStore(database, LONGEST_TOKEN_MS);
  const keys = postgresSigningKeyStore(database);
  const hasher = secretHasher(options.secretHashCost);

  const ring = keyRing(keys, master);
  const times = { publishMs: jwksMaxAgeMs, longestTokenMs: LONGEST_TOKEN_MS };
  const revoked = revocationList();
  const feed = startRevocationFeed({
    revocations,
    ring,
    log,
    onChange: (added) => added.forEach((record) => revoked.add(revocationMessage(record))),
  });
  const sources = { keys: localKeys(ring), revocations: localRevocations(revoked, feed), issuer };
  const tokens = tokenIssuer({ issuance: postgresIssuanceStore(database), ring, issuer });

  const principals = postgresPrincipalStore(database);

  return {
    ...dataParts(options, principals),
    principals,
    secrets,
    revocations,
    keys,
    hasher,
    clients: clientAuthentication({ secrets, hasher }),
    ring,
    rotation: keyRotation({ keys, revocations, master, times }),
    feed,
    tokens,
    reader: tokenReader(sources),
    verifier: createVerifier({ ...sources, audience: 'security' }),
    ownTokens: ownTokens(tokens),
    defaultLifetimeMs,
    jwksMaxAgeMs,
    waived: options.waived ?? NOTHING_WAIVED,
  };
}

/** What decides about data, encrypts it and anonymises it. */
function dataParts({ database, master, waived, scans }: SecurityOptions, principals: PrincipalStore) {
  const access = buildAccess(database, principals, waived);
  const crypto = buildCrypto(database, master);
  const sealDetails = detailSealer(access.frameworks, crypto.cryptographer);
  return { ...access, ...crypto, sealDetails, ...buildPrivacy(database, access, crypto, scanPool(scans)) };
}
