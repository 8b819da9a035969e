import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import {
  dataKeyParts,
  encode,
  requireCommitment,
  seal,
  wrapBinding,
  type DataKeyParts,
  type Envelope,
} from '../domain/crypto/envelope.ts';
import { unwrap } from './opener.ts';
import type { OpenKey } from './open-keys.ts';

/** A ciphertext under the version that the stream wraps by. */
export interface Rewrapped {
  readonly envelope: Envelope;
  /** Undefined: it was under that version already. */
  readonly ciphertext: Buffer | undefined;
}

interface DataKey {
  readonly parts: DataKeyParts;
  readonly wrapped: Buffer;
}

/** Wraps the data keys of a batch by `version`; undefined for what does not unwrap. */
export function rewrapper(key: CryptoKeyName, opened: OpenKey, version: number) {
  // Ciphertexts of one call share a wrapped data key, and go on sharing it.
  const dataKeys = new Map<string, DataKey>();

  function dataKeyOf(envelope: Envelope): DataKey {
    const { keyVersion, id, subject, wrapped } = envelope;
    const name = `${keyVersion} ${Buffer.concat([id.group, subject, wrapped]).toString('latin1')}`;
    const known = dataKeys.get(name) ?? wrapAgain(envelope);
    dataKeys.set(name, known);
    return known;
  }

  function wrapAgain(envelope: Envelope): DataKey {
    const dataKey = unwrap(key, opened, envelope);
    const parts = dataKeyParts(dataKey);
    if (envelope.keyVersion === version) return { parts, wrapped: envelope.wrapped };
    const { subject, id } = envelope;
    const wrappingKey = opened.wrappingKey(version, subject);
    if (!wrappingKey) throw new Error('nothing wraps it');
    const bound = wrapBinding({ tenant: key.tenant, key: key.id, version, group: id.group, subject });
    return { parts, wrapped: seal(wrappingKey, dataKey, bound) };
  }

  return (envelope: Envelope | undefined): Rewrapped | undefined => {
    if (!envelope) return undefined;
    try {
      const { parts, wrapped } = dataKeyOf(envelope);
      requireCommitment(envelope, parts);
      const isThere = envelope.keyVersion === version;
      return { envelope, ciphertext: isThere ? undefined : encode({ ...envelope, keyVersion: version, wrapped }) };
    } catch {
      // Why it does not unwrap is nobody's business.
      return undefined;
    }
  };
}
