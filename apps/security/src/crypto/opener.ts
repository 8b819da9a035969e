import type { CryptoContext } from '@weir/contracts/security';
import { idText } from '../domain/crypto/ciphertext-id.ts';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';
import {
  dataKeyParts,
  decode,
  open,
  payloadOpener,
  siblingOf,
  wrapBinding,
  type DataKeyParts,
  type Envelope,
} from '../domain/crypto/envelope.ts';
import { bindings } from './bindings.ts';
import type { OpenKey } from './open-keys.ts';

/** What a ciphertext was made of. */
export interface Opened {
  readonly plaintext: Buffer;
  readonly version: number;
  readonly encryptedAt: Date;
}

/** The data key of a ciphertext; throws when it is not wrapped by this key, for this call, subject and version. */
export function unwrap(key: CryptoKeyName, opened: OpenKey, envelope: Envelope): Buffer {
  const { keyVersion: version, subject, id, wrapped } = envelope;
  const wrappingKey = opened.wrappingKey(version, subject);
  if (!wrappingKey) throw new Error('nothing unwraps it');
  return open(
    wrappingKey,
    wrapped,
    wrapBinding({ tenant: key.tenant, key: key.id, version, group: id.group, subject }),
  );
}

interface Item {
  readonly ciphertext: Buffer;
  readonly context: CryptoContext;
}

/** Ciphertexts of one call with one data key, bound to one context. */
interface Family {
  readonly head: Buffer;
  readonly context: CryptoContext;
  readonly envelope: Envelope;
  readonly open: ReturnType<typeof payloadOpener>;
}

/** Decrypts one item after the other; undefined for what does not open. */
export function opener(key: CryptoKeyName, opened: OpenKey, subjects: ReadonlyMap<string, Buffer>) {
  const bind = bindings(key);
  // Ciphertexts of one batch share a wrapped data key.
  const dataKeys = new Map<string, DataKeyParts>();

  function dataKeyOf(envelope: Envelope): DataKeyParts {
    const { keyVersion, id, subject, wrapped } = envelope;
    const name = `${keyVersion} ${Buffer.concat([id.group, subject, wrapped]).toString('latin1')}`;
    const known = dataKeys.get(name) ?? dataKeyParts(unwrap(key, opened, envelope));
    dataKeys.set(name, known);
    return known;
  }

  // Items of a batch mostly differ from the one before in their index only.
  let last: Family | undefined;

  function familyOf({ ciphertext, context }: Item): Family | undefined {
    const envelope = decode(ciphertext);
    const subject = subjects.get(context.subject);
    if (!envelope || !subject?.equals(envelope.subject)) return undefined;
    return { head: ciphertext, context, envelope, open: payloadOpener(envelope, dataKeyOf(envelope), bind(context)) };
  }

  return (item: Item): Opened | undefined => {
    try {
      const known = last?.context === item.context ? siblingOf(last.head, item.ciphertext) : undefined;
      last = known ? last : familyOf(item);
      if (!last) return undefined;
      const { keyVersion: version, encryptedAt, id, sealed } = last.envelope;
      const plaintext = known ? last.open(known.sealed, known.index) : last.open(sealed, id.index);
      return { plaintext, version, encryptedAt };
    } catch {
      // Why it does not open is nobody's business.
      return undefined;
    }
  };
}

/** What a ciphertext says about itself, for the audit log; it may be a lie. */
export function claimedId(ciphertext: Buffer): string {
  const envelope = decode(ciphertext);
  return envelope ? idText(envelope.id) : '';
}
