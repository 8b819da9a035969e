import { backgroundEvent } from '@weir/audit-outbox';
import { Sensitivity } from '@weir/contracts/options';
import { changeOf, envelopesOf, subjectsIn, toConfirm } from '../crypto/rewrap-batch.ts';
import { rewrapper } from '../crypto/rewrapper.ts';
import type { OpenKeys } from '../crypto/open-keys.ts';
import { cryptoKeyName, type CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import type { KeptToken, TokenChange, TokenPlace, TokenRewrapStore } from '../store/token-rewrap-store.ts';
import { coalesced } from '../tokens/coalesced.ts';

/** Moves the ways back from tokens to the primary versions of their keys, so that older versions can be retired. */
export type TokenRewrap = () => Promise<void>;

/** What it works with. */
export interface TokenRewrapParts {
  readonly store: TokenRewrapStore;
  readonly openKeys: OpenKeys;
}

/**
 * Every caller gets a run that began after its call. A token and what is counted of it change in one transaction: a run
 * that breaks off leaves nothing counted twice. What does not unwrap stays where it is, and counts.
 */
export function tokenRewrap({ store, openKeys }: TokenRewrapParts): TokenRewrap {
  async function rewrapKey(key: CryptoKeyName, version: number): Promise<void> {
    let after: TokenPlace | undefined;
    do {
      after = await store.rewrap(key, version, after, (tokens) => changed(openKeys, key, version, tokens));
    } while (after);
  }

  return coalesced(async () => {
    for (const { primaryVersion, ...key } of await store.due()) await rewrapKey(key, primaryVersion);
  });
}

async function changed(
  openKeys: OpenKeys,
  key: CryptoKeyName,
  version: number,
  tokens: readonly KeptToken[],
): Promise<TokenChange> {
  const tasks = tokens.map(({ ciphertext }) => ({ ciphertext }));
  const envelopes = envelopesOf(tasks);
  const opened = await openKeys.open(key, subjectsIn(envelopes));
  const again = opened && rewrapper(key, opened, version);
  const outcomes = envelopes.map((envelope) => again?.(envelope));
  const counts = changeOf(version, tasks, outcomes);
  const rewrapped = outcomes.filter((one) => one?.ciphertext).length;
  return {
    ciphertexts: outcomes.map((one) => one?.ciphertext),
    counts: { ...counts, confirmed: [...counts.confirmed, ...toConfirm(outcomes)] },
    event: backgroundEvent('security', {
      type: 'rewrap_tokens',
      tenant: `tenants/${key.tenant}`,
      resource: cryptoKeyName(key),
      sensitivity: Sensitivity.CRITICAL,
      details: { version, rewrapped, failed: outcomes.length - rewrapped },
    }),
  };
}
