import type { Generated, GeneratedAlways } from 'kysely';

/** The tables of pseudonyms. */
export interface PrivacyTables {
  pii_pseudonym_keys: { tenant: string; material: Buffer; master_key: string; created_at: Generated<Date> };
  pii_tokens: PiiTokensTable;
}

interface PiiTokensTable {
  tenant: string;
  token: string;
  key: string;
  subject: Buffer;
  subject_name: Buffer;
  type: number;
  ciphertext: Buffer;
  key_version: GeneratedAlways<number>;
  created_at: Generated<Date>;
}
