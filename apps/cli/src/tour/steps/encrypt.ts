import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatasetServiceDefinition } from '@weir/contracts/agent';
import { Permission } from '@weir/contracts/options';
import { Clearance, DataFormat, Environment, Tier } from '@weir/contracts/registry';
import { AccessEffect, Role } from '@weir/contracts/security';
import type { Client } from '@weir/client';
import { isReason } from '@weir/errors';
import { downloadFile } from '../download.ts';
import { refusalOf } from '../problem.ts';
import type { Step } from '../step.ts';
import { ensureTenant } from '../tenants.ts';

const TENANT = 'tenants/vault';
const SECRET = 'policy 4711 of Ana Beispiel';
const ROWS = Buffer.from(`{"policy":"${SECRET}","premium":120}\n`.repeat(1_000));

/** A tenant whose policy wants its data encrypted: nothing of it lies on the disk in plain text. */
export const encrypt: Step = {
  title: 'Encrypt at rest what a tenant wants encrypted',

  async run(tour, { check, tell }) {
    const { admin, mesh } = tour;
    await ensureTenant(tour, 'vault', VAULT);
    await admin.access.putPolicy({ policy: POLICY });

    const dataset = await upload(admin.datasets);
    check(
      dataset?.keyVersion.startsWith(`${TENANT}/keys/default/versions/`) === true,
      `${dataset?.keyVersion} encrypts it`,
    );
    const files = filesBelow(join(mesh.state.root, 'data', TENANT));
    check(
      files.every((file) => !readFileSync(file).includes(SECRET)),
      `none of ${files.length} files has it in plain text`,
    );
    check(
      (await downloadFile(admin.datasets, `${TENANT}/datasets/policies`)).equals(ROWS),
      'a download has it as it was',
    );

    const name = `${TENANT}/keys/default`;
    const context = { purpose: 'tour', entries: { customer: '4711' } };
    const { ciphertext, keyVersion } = await admin.crypto.encrypt({ name, plaintext: Buffer.from(SECRET), context });
    const { key } = await admin.crypto.rotateKey({ name });
    const opened = await admin.crypto.decrypt({ name, ciphertext, context });
    check(
      opened.plaintext.toString() === SECRET && key?.primaryVersion === keyVersion + 1,
      `version ${key?.primaryVersion} encrypts from now on, what ${keyVersion} encrypted still decrypts`,
    );
    const elsewhere = { ...context, entries: { customer: '4712' } };
    check(
      isReason(await refusalOf(admin.crypto.decrypt({ name, ciphertext, context: elsewhere })), 'DECRYPTION_FAILED'),
      'in another context it does not',
    );
    tell('every encryption and decryption, the failed one too, is in the audit log with its size and context');
  },
};

const POLICY = {
  name: `${TENANT}/policies/at-rest`,
  displayName: 'Everything is encrypted at rest',
  encryptedDataTypes: ['*'],
  accessControls: [
    {
      id: 'administrators',
      effect: AccessEffect.ALLOW,
      roles: [Role.PLATFORM_ADMIN],
      permissions: [Permission.READ, Permission.WRITE],
      operations: ['*'],
      resources: ['*'],
    },
  ],
};

const VAULT = {
  displayName: 'Vault Insurance',
  tier: Tier.BASIC,
  allowedEnvironments: [Environment.PRODUCTION],
  clearanceCeiling: Clearance.CONFIDENTIAL,
};

type Datasets = Client<typeof DatasetServiceDefinition>;

async function upload(datasets: Datasets) {
  const classification = Clearance.CONFIDENTIAL;
  const target = { datasetId: 'policies', format: DataFormat.NDJSON, classification, overwrite: true };
  async function* messages() {
    yield { parent: TENANT, payload: { $case: 'metadata' as const, value: { target } } };
    yield await Promise.resolve({ payload: { $case: 'chunk' as const, value: ROWS } });
  }
  return (await datasets.uploadDataset(messages())).dataset;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
