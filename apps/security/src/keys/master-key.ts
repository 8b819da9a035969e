import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

/** Encrypts small secrets, such as private keys, for storage. The key itself never leaves this object. */
export interface MasterKey {
  /** Tells master keys apart without telling anything about them. */
  readonly fingerprint: string;
  /** `context` says what the secret is; it must be the same when it is opened. */
  seal(secret: Buffer, context: string): Buffer;
  /** Throws when the key or the context is another one, or a bit has changed. */
  open(sealed: Buffer, context: string): Buffer;
}

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

/** How many bytes a master key has. */
export const MASTER_KEY_BYTES = 32;

/** AES-256-GCM under the given 32 bytes: version byte, nonce, ciphertext, tag. */
export function masterKey(bytes: Buffer): MasterKey {
  if (bytes.length !== MASTER_KEY_BYTES) throw new Error(`a master key has ${MASTER_KEY_BYTES} bytes`);
  const key = createSecretKey(bytes);
  const fingerprint = createHash('sha256').update('weir master key').update(bytes).digest('hex').slice(0, 16);
  return {
    fingerprint,
    seal: (secret, context) => seal(key, secret, context),
    open: (box, context) => open(key, box, context),
  };
}

function seal(key: KeyObject, secret: Buffer, context: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(Buffer.from(context));
  const encrypted = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, encrypted, cipher.getAuthTag()]);
}

function open(key: KeyObject, sealed: Buffer, context: string): Buffer {
  if (sealed[0] !== VERSION || sealed.length < 1 + NONCE + TAG) throw new Error('not sealed by a master key');
  const nonce = sealed.subarray(1, 1 + NONCE);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE, -TAG)), decipher.final()]);
}
