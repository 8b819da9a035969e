import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';

/** Payloads a second, one figure for each way. */
export interface Rates {
  readonly encrypt: number;
  readonly decrypt: number;
  readonly single: number;
}

/** How much of each a round does. */
export interface Work {
  readonly batches: number;
  readonly singles: number;
  readonly payloads: readonly Buffer[];
}

const HEAD = 138;
const [INDEX, COMMITMENT] = [20, 106];
const [NONCE, TAG] = [12, 16];
const EMPTY = Buffer.alloc(0);

/**
 * node:crypto alone doing the same work for the same bytes: a data key for each call, wrapped, with a key and a
 * commitment derived from it; each payload under it with a nonce, a tag and its index and commitment authenticated,
 * behind a head of 138 bytes. No network, no messages, nothing counted, nothing audited.
 */
export function bareRates({ batches, payloads }: Work): Rates {
  const wrapping = createSecretKey(randomBytes(32));
  const sealer = batchSealer(wrapping);
  const sealed = payloads.map(sealer);
  const count = batches * payloads.length;
  return {
    encrypt: rate(() => repeat(batches, () => void payloads.map(batchSealer(wrapping))), count),
    decrypt: rate(() => repeat(batches, () => void sealed.map(batchOpener(wrapping))), count),
    single: rate(() => void payloads.map((payload) => batchSealer(wrapping)(payload, 0)), payloads.length),
  };
}

function rate(work: () => void, count: number): number {
  const startedAt = performance.now();
  work();
  return (count * 1_000) / (performance.now() - startedAt);
}

function repeat(times: number, work: () => void): void {
  for (let time = 0; time < times; time += 1) work();
}

const derive = (key: Buffer, info: string): Buffer => Buffer.from(hkdfSync('sha256', key, EMPTY, info, 32));

function batchSealer(wrapping: KeyObject): (payload: Buffer, index: number) => Buffer {
  const dataKey = randomBytes(32);
  const key = createSecretKey(derive(dataKey, 'payload'));
  const commitment = derive(dataKey, 'commitment');
  const wrapped = seal(wrapping, dataKey, Buffer.alloc(64));
  const head = Buffer.concat([randomBytes(HEAD - wrapped.length - commitment.length), wrapped, commitment]);
  return (payload, index) => {
    head.writeUInt16BE(index, INDEX);
    return Buffer.concat([head, seal(key, payload, associatedWith(index, commitment))]);
  };
}

function batchOpener(wrapping: KeyObject): (ciphertext: Buffer) => Buffer {
  let opened: { readonly key: KeyObject; readonly commitment: Buffer } | undefined;
  const unwrap = (head: Buffer) => {
    const dataKey = open(wrapping, head.subarray(HEAD - 32 - 60, COMMITMENT), Buffer.alloc(64));
    return { key: createSecretKey(derive(dataKey, 'payload')), commitment: derive(dataKey, 'commitment') };
  };
  return (ciphertext) => {
    opened ??= unwrap(ciphertext);
    const commitment = ciphertext.subarray(COMMITMENT, HEAD);
    if (!timingSafeEqual(commitment, opened.commitment)) throw new Error('another data key');
    return open(opened.key, ciphertext.subarray(HEAD), associatedWith(ciphertext.readUInt16BE(INDEX), commitment));
  };
}

/** As many bytes as the service authenticates with a payload of this bench. */
function associatedWith(index: number, commitment: Buffer): Buffer {
  const associated = Buffer.alloc(205, 7);
  associated.writeUInt16BE(index, 0);
  commitment.copy(associated, 2);
  return associated;
}

function seal(key: KeyObject, plaintext: Buffer, associated: Buffer): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG }).setAAD(associated);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function open(key: KeyObject, sealed: Buffer, associated: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(associated).setAuthTag(sealed.subarray(-TAG));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE, -TAG)), decipher.final()]);
}
