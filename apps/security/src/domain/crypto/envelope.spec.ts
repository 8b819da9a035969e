import { CryptoContext } from '@weir/contracts/security';
import { randomBytes } from 'node:crypto';
import type { Binding } from './bound-context.ts';
import { canonicalBinding } from './bound-context.ts';
import { idFromText, idText, newGroup } from './ciphertext-id.ts';
import {
  dataKeyParts,
  decode,
  NO_SUBJECT,
  openPayload,
  seal,
  sealPayload,
  wrapBinding,
  type Header,
} from './envelope.ts';

const binding = (more: Partial<CryptoContext> = {}, tenant = 'acme', key = 'default'): Binding => ({
  tenant,
  key,
  context: CryptoContext.fromPartial({ purpose: 'dataset', entries: { dataset: 'flights', part: '1' }, ...more }),
});
const dataKey = randomBytes(32);
const group = newGroup();
const wrapped = seal(
  randomBytes(32),
  dataKey,
  wrapBinding({ tenant: 'acme', key: 'default', version: 1, group, subject: NO_SUBJECT }),
);
const header: Header = {
  kind: 'payload',
  keyVersion: 1,
  id: { group, index: 7 },
  encryptedAt: new Date('2026-03-01T10:00:00.123Z'),
  subject: NO_SUBJECT,
  wrapped,
};
const encrypt = (text: string): Buffer =>
  sealPayload(header, dataKeyParts(dataKey), Buffer.from(text), canonicalBinding(binding()));
const decrypt = (bytes: Buffer, bound = binding(), key = dataKey): string => {
  const envelope = decode(bytes);
  if (!envelope) throw new Error('no ciphertext');
  return openPayload(envelope, dataKeyParts(key), canonicalBinding(bound)).toString();
};

describe('a ciphertext', () => {
  it('opens to what it was made of, and carries its id and time', () => {
    const bytes = encrypt('a payload');

    expect(decrypt(bytes)).toBe('a payload');
    expect(decode(bytes)).toMatchObject({ keyVersion: 1, id: { group, index: 7 }, encryptedAt: header.encryptedAt });
    expect(bytes.length).toBeLessThanOrEqual('a payload'.length + 1_024);
    expect(decrypt(encrypt(''))).toBe('');
  });

  it('opens whatever the order of its entries', () => {
    expect(decrypt(encrypt('x'), binding({ entries: { part: '1', dataset: 'flights' } }))).toBe('x');
  });

  it('opens for nothing else: tenant, key, purpose, entries, subject, data key', () => {
    const bytes = encrypt('x');
    const others = [
      binding({}, 'globex'),
      binding({}, 'acme', 'other'),
      binding({ purpose: 'audit-details' }),
      binding({ entries: { dataset: 'flights' } }),
      binding({ entries: { dataset: 'flights', part: '2' } }),
      binding({ subject: 'ann' }),
    ];

    for (const other of others) expect(() => decrypt(bytes, other)).toThrow();
    expect(() => decrypt(bytes, binding(), randomBytes(32))).toThrow();
  });

  it('does not open with any bit changed, nor cut short', () => {
    const bytes = encrypt('a payload');
    const wrappedAt = 46;

    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const byte = bit >> 3;
      // Version and wrapped key are checked when the data key is unwrapped.
      if ((byte >= 2 && byte < 6) || (byte >= wrappedAt && byte < wrappedAt + 60)) continue;
      const broken = Buffer.from(bytes);
      broken.writeUInt8(broken.readUInt8(byte) ^ (1 << (bit & 7)), byte);
      expect(() => decrypt(broken)).toThrow();
    }
    for (let length = 0; length < bytes.length; length += 1) expect(() => decrypt(bytes.subarray(0, length))).toThrow();
  });
});

describe('a binding', () => {
  it('has bytes of its own, however its texts are cut', () => {
    const texts = [
      binding({ entries: { a: 'bc' } }),
      binding({ entries: { ab: 'c' } }),
      binding({ entries: { a: 'b', c: '' } }),
      binding({ entries: {}, subject: 'a' }),
      binding({ entries: {}, purpose: 'dataseta' }),
    ].map((one) => canonicalBinding(one).toString('hex'));

    expect(new Set(texts).size).toBe(texts.length);
  });
});

describe('the id of a ciphertext', () => {
  it('is a UUID, and reads back', () => {
    const id = { group: newGroup(), index: 65_535 };

    expect(idText(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(idFromText(idText(id))).toEqual(id);
  });
});
