import { randomUUID } from 'node:crypto';
import {
  CryptoServiceDefinition,
  PrincipalKind,
  PrincipalServiceDefinition,
  PrivacyServiceDefinition,
  Role,
  TokenServiceDefinition,
} from '@weir/contracts/security';
import { encodeDetails } from '@weir/audit-outbox';
import { all, first, present, streamOf, TENANT, type People } from './people.ts';

/** Every method of PrincipalService and TokenService. */
export async function identityLife({ admin, registry, nobody }: People): Promise<void> {
  const principals = admin.client(PrincipalServiceDefinition);
  const name = `${TENANT}/principals/every-one`;
  const principal = { kind: PrincipalKind.SERVICE_ACCOUNT, displayName: 'Every one', roles: [Role.DATA_VIEWER] };
  await principals.createPrincipal({ parent: TENANT, principalId: 'every-one', principal });
  await principals.getPrincipal({ name });
  await principals.listPrincipals({ parent: TENANT });
  await principals.updatePrincipal({ principal: { name, displayName: 'Some one' }, updateMask: ['display_name'] });
  await principals.disablePrincipal({ name, reason: 'on leave' });
  await principals.enablePrincipal({ name });
  const { secret, clientSecret } = await principals.createClientSecret({ parent: name });
  await principals.listClientSecrets({ parent: name });

  const anyone = nobody.client(TokenServiceDefinition);
  const { accessToken } = await anyone.issueToken({ clientId: name, clientSecret: secret });
  await anyone.getJwks({});
  await principals.revokeClientSecret({ name: clientSecret?.name ?? '', reason: 'rotated' });

  const tokens = admin.client(TokenServiceDefinition);
  await tokens.exchangeToken({ subjectToken: accessToken });
  await tokens.introspectToken({ token: accessToken });
  await tokens.revokeToken({ tenant: TENANT, target: { $case: 'token', value: accessToken }, reason: 'lost' });
  await tokens.rotateSigningKey({ reason: 'every year' });
  await tokens.listSigningKeys({});
  await first(registry.client(TokenServiceDefinition).watchRevocations({}));
}

/** Every method of CryptoService. */
export async function cryptoLife({ owner, agent }: People): Promise<void> {
  const crypto = owner.client(CryptoServiceDefinition);
  const name = `${TENANT}/keys/every-key`;
  const context = { purpose: 'every', subject: 'p-1', entries: { method: 'all' } };
  const plaintext = Buffer.from('x');
  await crypto.createKey({ tenant: TENANT, keyId: 'every-key', key: { displayName: 'Every' } });
  const { ciphertext } = await crypto.encrypt({ name, plaintext, context });
  await crypto.decrypt({ name, ciphertext, context });
  await crypto.batchEncrypt({ name, items: [{ plaintext }], context });
  await crypto.batchDecrypt({ name, items: [{ ciphertext }], context });
  await crypto.generateDataKey({ name, context });
  await crypto.rotateKey({ name });
  const item = { action: { $case: 'ciphertext' as const, value: ciphertext } };
  await all(crypto.rewrapCiphertexts(streamOf({ name, items: [item], cursor: '1' }, { storedCursor: '1' })));
  await crypto.describeKey({ name });

  const unused = `${TENANT}/keys/every-spare`;
  await crypto.createKey({ tenant: TENANT, keyId: 'every-spare', key: { displayName: 'Spare' } });
  await crypto.rotateKey({ name: unused });
  await crypto.retireKeyVersion({ name: unused, version: 1 });
  await crypto.destroyKey({ name: unused, reason: 'not needed' });

  const persons = [{ subject: 'p-1', details: encodeDetails({ reason: 'x' }) }];
  await agent.client(CryptoServiceDefinition).sealDetails({ tenant: TENANT, eventId: randomUUID(), persons });
}

/** Every method of PrivacyService. */
export async function privacyLife({ owner }: People): Promise<void> {
  const privacy = owner.client(PrivacyServiceDefinition);
  await privacy.listRecognizers({ tenant: TENANT });
  await privacy.detectPii({ tenant: TENANT, content: { $case: 'text', value: 'write to ann@example.com' } });
  const target = { $case: 'fieldPath' as const, value: 'email' };
  const rule = { target, operator: { operator: { $case: 'tokenize' as const, value: {} } }, outputField: 'token' };
  const options = { rules: [rule], detectPii: false };
  const records = { records: [{ email: 'ann@example.com' }] };
  const anonymous = await privacy.anonymizeRecords({ tenant: TENANT, records, options });
  const token = String(present(anonymous.records?.records[0]?.['token'], 'token'));
  await privacy.reidentifyToken({ tenant: TENANT, token, reason: 'the customer called' });
  await all(privacy.streamAnonymizeRecords(streamOf({ tenant: TENANT, options, sequence: 1n, records })));
}
