import { outboxMigrations, seenCheckpointMigrations, type OutboxTables } from '@weir/audit-outbox';
import type { ColumnType, Generated } from 'kysely';
import { join } from 'node:path';
import type { ComplianceTables } from './compliance-schema.ts';
import type { PrivacyTables } from './privacy-schema.ts';

/** The tables of the security service. */
export interface Schema extends OutboxTables, ComplianceTables, PrivacyTables {
  token_tenants: { tenant: string; tokens_valid_from: Date | null };
  principals: PrincipalsTable;
  client_secrets: ClientSecretsTable;
  token_head: { only_row: Generated<boolean>; revision: bigint; keys_revision: bigint };
  signing_keys: SigningKeysTable;
  revocations: RevocationsTable;
  policy_heads: { tenant: string; revision: bigint };
  policies: PoliciesTable;
  policy_claims: { tenant: string; claim: string; policy: string };
  access_decisions: AccessDecisionsTable;
  crypto_keys: CryptoKeysTable;
  crypto_key_versions: CryptoKeyVersionsTable;
  crypto_ciphertexts: CryptoCiphertextsTable;
  crypto_subject_salts: { tenant: string; salt: Buffer; master_key: string };
  crypto_subject_keys: CryptoSubjectKeysTable;
  control_uses: { tenant: string; policy: string; control: string; principal: string; last_used_at: Date };
}

interface PrincipalsTable {
  tenant: string;
  id: string;
  kind: number;
  display_name: string;
  roles: number[];
  revision: Generated<bigint>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
  disabled_at: Date | null;
  last_authenticated_at: Date | null;
  tokens_valid_from: Date | null;
  /** By number of the role. */
  roles_granted_at: ColumnType<Record<string, string>, string | undefined, string>;
}

interface ClientSecretsTable {
  tenant: string;
  principal: string;
  id: string;
  display_name: string;
  hash: string;
  created_by: string;
  created_at: Generated<Date>;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
}

interface SigningKeysTable {
  id: string;
  algorithm: number;
  public_jwk: unknown;
  private_key: Buffer | null;
  published_at: Date;
  signs_from: Date;
  signs_until: Date | null;
  retires_at: Date | null;
  revoked: Generated<boolean>;
}

interface RevocationsTable {
  revision: bigint;
  tenant: string;
  kind: 'token' | 'principal' | 'tenant' | 'key';
  target: string;
  issued_before: Date | null;
  revoked_at: Generated<Date>;
  expires_at: Date;
}

interface PoliciesTable {
  tenant: string;
  id: string;
  revision: bigint;
  until_revision: bigint | null;
  content: Buffer;
  created_at: Date;
  updated_at: Date;
  updated_by: string;
  principals: string[];
}

interface AccessDecisionsTable {
  tenant: string;
  id: string;
  decided_at: Date;
  principal: string;
  operation: string;
  question: Buffer;
  /** 0: there was no such principal. */
  principal_state: number;
  roles: number[];
  decision: Buffer;
}

interface CryptoKeysTable {
  tenant: string;
  id: string;
  display_name: string;
  primary_version: number;
  rotate_every_ms: bigint | null;
  revision: Generated<bigint>;
  created_at: Generated<Date>;
  destroyed_at: Date | null;
  lost: bigint | null;
}

interface CryptoKeyVersionsTable {
  tenant: string;
  key: string;
  version: number;
  material: Buffer | null;
  master_key: string;
  counted: Generated<bigint>;
  rewrapped: Generated<bigint>;
  discarded: Generated<bigint>;
  erased: Generated<bigint>;
  created_at: Generated<Date>;
  last_used_at: Date | null;
  erased_at: Date | null;
  retirement_event: string | null;
}

interface CryptoCiphertextsTable {
  tenant: string;
  key: string;
  call: Buffer;
  version: number;
  subject: Buffer;
  members: Buffer;
  remaining: number;
}

interface CryptoSubjectKeysTable {
  id: Generated<bigint>;
  tenant: string;
  key: string;
  subject: Buffer;
  material: Buffer;
  master_key: string;
  created_at: Generated<Date>;
}

/** The migrations that create them, in their order. */
export const databaseMigrations = [outboxMigrations, join(import.meta.dirname, 'migrations'), seenCheckpointMigrations];
