import { text } from '@weir/rpc';
import { z } from 'zod';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';

const ID = '[a-z][a-z0-9-]{1,61}[a-z0-9]';
const KEY = new RegExp(`^tenants/(${ID})/keys/(${ID})$`);
const MAX_PLAINTEXT = 4_000_000;
const MAX_ENTRIES = 32;
const MAX_ENTRIES_BYTES = 8_192;

/** How many items a batch may have. */
export const MAX_ITEMS = 10_000;

/** "tenants/acme/keys/default" */
export const cryptoKeyField = () =>
  z
    .string()
    .regex(KEY, 'must be "tenants/<id>/keys/<id>"')
    .transform((name): CryptoKeyName => {
      const [, tenant = '', id = ''] = KEY.exec(name) ?? [];
      return { tenant, id };
    });

/** What a payload is bound to. */
export const contextField = () =>
  z.object(
    {
      purpose: z.string().regex(/^[a-z][a-z0-9_-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9, "_" and "-", a letter first'),
      entries: z
        .record(text(1, 128), text(0, 1_024))
        .refine((entries) => Object.keys(entries).length <= MAX_ENTRIES, `must have at most ${MAX_ENTRIES}`)
        .refine(fitsAuditEvent, `must have at most ${MAX_ENTRIES_BYTES} bytes as JSON, to be audited in full`),
      subject: text(0, 256),
    },
    'is required',
  );

const fitsAuditEvent = (entries: object): boolean => Buffer.byteLength(JSON.stringify(entries)) <= MAX_ENTRIES_BYTES;

/** A payload of up to 4,000,000 bytes. */
export const plaintextField = () =>
  z.custom<Buffer>(
    (bytes) => Buffer.isBuffer(bytes) && bytes.length <= MAX_PLAINTEXT,
    'must have at most 4,000,000 bytes',
  );

/** A ciphertext, whatever is in it. */
export const ciphertextField = () =>
  z.custom<Buffer>((bytes) => Buffer.isBuffer(bytes) && bytes.length > 0, 'is required');

/** 1 to 10,000 items. */
export const itemsField = <T extends z.ZodType>(item: T) =>
  z.array(item).min(1, 'needs at least one').max(MAX_ITEMS, 'must have at most 10,000');
