import { encodeMessage } from './encode-message.ts';
import { EncryptResponse } from './gen/weir/security/v1/crypto.ts';

const messageOf = (bytes: number): EncryptResponse => ({
  ciphertext: Buffer.alloc(bytes, bytes % 251),
  ciphertextId: `id-${bytes}`,
  keyVersion: bytes,
});

it('gives each message bytes of its own, whatever came before it', () => {
  const sizes = [0, 1, 300, 100_000, 5_000_000, 7, 64];

  const encoded = sizes.map((bytes) => encodeMessage(EncryptResponse, messageOf(bytes)));

  encoded.forEach((bytes, at) => expect(EncryptResponse.decode(bytes)).toEqual(messageOf(sizes[at] ?? 0)));
});

it('is none the worse for a message that is none', () => {
  const broken = { ...messageOf(10), keyVersion: 2 ** 40 };

  expect(() => encodeMessage(EncryptResponse, broken)).toThrow();

  expect(EncryptResponse.decode(encodeMessage(EncryptResponse, messageOf(20)))).toEqual(messageOf(20));
});
