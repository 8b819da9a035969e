import { z } from 'zod';
import type { CryptoKeyName } from '../domain/crypto/crypto-key.ts';

const ID = '[a-z][a-z0-9-]{1,61}[a-z0-9]';
const KEY = new RegExp(`^tenants/(${ID})/keys/(${ID})$`);

/** "tenants/acme/keys/default" */
export const cryptoKeyField = () =>
  z
    .string()
    .regex(KEY, 'must be "tenants/<id>/keys/<id>"')
    .transform((name): CryptoKeyName => {
      const [, tenant = '', id = ''] = KEY.exec(name) ?? [];
      return { tenant, id };
    });
