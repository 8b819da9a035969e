import {
  CryptoAlgorithm,
  CryptoKeyState,
  CryptoKeyVersionState,
  type CryptoKey,
  type CryptoKeyVersion,
} from '@weir/contracts/security';

/** Which key: the id of its tenant, and its own. */
export interface CryptoKeyName {
  readonly tenant: string;
  readonly id: string;
}

/** A version of a key as it is stored, without its material. */
export interface CryptoKeyVersionRecord {
  readonly version: number;
  readonly masterKey: string;
  /** What still needs it. */
  readonly remaining: bigint;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | undefined;
  readonly erasedAt: Date | undefined;
}

/** A key as it is stored. */
export interface CryptoKeyRecord extends CryptoKeyName {
  readonly displayName: string;
  readonly primaryVersion: number;
  readonly rotateEveryMs: number | undefined;
  /** The shortest cryptoperiod of the tenant's frameworks; undefined: none sets one. */
  readonly cryptoperiodMs: number | undefined;
  readonly revision: bigint;
  readonly createdAt: Date;
  readonly destroyedAt: Date | undefined;
  /** Ciphertexts that were lost with it. */
  readonly lost: bigint;
  /** By version, ascending. */
  readonly versions: readonly CryptoKeyVersionRecord[];
}

/** How many versions a key may have. */
export const MAX_VERSIONS = 1_000;

/** "tenants/acme/keys/default" */
export const cryptoKeyName = ({ tenant, id }: CryptoKeyName): string => `tenants/${tenant}/keys/${id}`;

/** What callers send back to say which state of a key they have seen. */
export const cryptoEtag = ({ revision }: CryptoKeyRecord): string => `r${revision}`;

/** How many ciphertexts need a version of the key. */
export const remainingOf = ({ versions }: CryptoKeyRecord): bigint =>
  versions.reduce((sum, { remaining }) => sum + remaining, 0n);

/** When a key is rotated next by itself; undefined: never, or it is destroyed. */
export function rotatesAt(key: CryptoKeyRecord): Date | undefined {
  const { versions, primaryVersion, rotateEveryMs, cryptoperiodMs, destroyedAt } = key;
  const primary = versions.find(({ version }) => version === primaryVersion);
  const boundMs = Math.min(rotateEveryMs ?? Infinity, cryptoperiodMs ?? Infinity);
  if (!primary || boundMs === Infinity || destroyedAt) return undefined;
  return new Date(primary.createdAt.getTime() + boundMs);
}

/** A key as callers see it. */
export const cryptoKeyMessage = (key: CryptoKeyRecord): CryptoKey => ({
  name: cryptoKeyName(key),
  displayName: key.displayName,
  algorithm: CryptoAlgorithm.AES_256_GCM_COMMITTING,
  state: key.destroyedAt ? CryptoKeyState.DESTROYED : CryptoKeyState.ACTIVE,
  primaryVersion: key.primaryVersion,
  versions: key.versions.map((version) => versionMessage(key, version)),
  rotateEvery:
    key.rotateEveryMs === undefined ? undefined : { seconds: BigInt(Math.floor(key.rotateEveryMs / 1000)), nanos: 0 },
  rotateAt: rotatesAt(key),
  etag: cryptoEtag(key),
  createdAt: key.createdAt,
  destroyedAt: key.destroyedAt,
});

const versionMessage = (key: CryptoKeyRecord, record: CryptoKeyVersionRecord): CryptoKeyVersion => ({
  version: record.version,
  state: versionState(key, record),
  ciphertextCount: record.remaining,
  masterKeyId: record.erasedAt ? '' : record.masterKey,
  createdAt: record.createdAt,
  lastUsedAt: record.lastUsedAt,
  erasedAt: record.erasedAt,
});

function versionState(key: CryptoKeyRecord, { version, erasedAt }: CryptoKeyVersionRecord): CryptoKeyVersionState {
  if (key.destroyedAt) return CryptoKeyVersionState.DESTROYED;
  if (erasedAt) return CryptoKeyVersionState.RETIRED;
  return version === key.primaryVersion ? CryptoKeyVersionState.PRIMARY : CryptoKeyVersionState.DECRYPT_ONLY;
}
