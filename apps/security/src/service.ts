import {
  AccessServiceDefinition,
  ComplianceServiceDefinition,
  CryptoServiceDefinition,
  PrincipalServiceDefinition,
  PrivacyServiceDefinition,
  TokenServiceDefinition,
} from '@weir/contracts/security';
import { bind, type Binding } from '@weir/rpc';
import type { ComplianceParts } from './compliance/compliance-parts.ts';
import { anonymizeRecords } from './handlers/anonymize-records.ts';
import { detectPii } from './handlers/detect-pii.ts';
import { listRecognizers } from './handlers/list-recognizers.ts';
import { reidentifyToken } from './handlers/reidentify-token.ts';
import { streamAnonymizeRecords } from './handlers/stream-anonymize-records.ts';
import { batchCheckAccess } from './handlers/batch-check-access.ts';
import { checkAccess } from './handlers/check-access.ts';
import { configureFramework } from './handlers/configure-framework.ts';
import { eraseSubject } from './handlers/erase-subject.ts';
import { evaluateCompliance } from './handlers/evaluate-compliance.ts';
import { exportAssessment } from './handlers/export-assessment.ts';
import { listBreachClocks } from './handlers/list-breach-clocks.ts';
import { listFrameworks } from './handlers/list-frameworks.ts';
import { stopBreachClock } from './handlers/stop-breach-clock.ts';
import { batchDecrypt } from './handlers/batch-decrypt.ts';
import { batchEncrypt } from './handlers/batch-encrypt.ts';
import { createKey } from './handlers/create-key.ts';
import { decrypt } from './handlers/decrypt.ts';
import { describeKey } from './handlers/describe-key.ts';
import { destroyKey } from './handlers/destroy-key.ts';
import { encrypt } from './handlers/encrypt.ts';
import { generateDataKey } from './handlers/generate-data-key.ts';
import { rewrapCiphertexts } from './handlers/rewrap-ciphertexts.ts';
import { sealDetails } from './handlers/seal-details.ts';
import { retireKeyVersion } from './handlers/retire-key-version.ts';
import { rotateKey } from './handlers/rotate-key.ts';
import { deletePolicy } from './handlers/delete-policy.ts';
import { explainAccess } from './handlers/explain-access.ts';
import { getPolicy } from './handlers/get-policy.ts';
import { listPolicies } from './handlers/list-policies.ts';
import { listStaleGrants } from './handlers/list-stale-grants.ts';
import { putPolicy } from './handlers/put-policy.ts';
import { replayDecisions } from './handlers/replay-decisions.ts';
import { createClientSecret } from './handlers/create-client-secret.ts';
import { createPrincipal } from './handlers/create-principal.ts';
import { disablePrincipal } from './handlers/disable-principal.ts';
import { enablePrincipal } from './handlers/enable-principal.ts';
import { exchangeToken } from './handlers/exchange-token.ts';
import { getJwks } from './handlers/get-jwks.ts';
import { getPrincipal } from './handlers/get-principal.ts';
import { introspectToken } from './handlers/introspect-token.ts';
import { issueToken } from './handlers/issue-token.ts';
import { listClientSecrets } from './handlers/list-client-secrets.ts';
import { listPrincipals } from './handlers/list-principals.ts';
import { listSigningKeys } from './handlers/list-signing-keys.ts';
import { revokeClientSecret } from './handlers/revoke-client-secret.ts';
import { revokeToken } from './handlers/revoke-token.ts';
import { rotateSigningKey } from './handlers/rotate-signing-key.ts';
import { updatePrincipal } from './handlers/update-principal.ts';
import { watchRevocations } from './handlers/watch-revocations.ts';
import type { SecurityParts } from './parts.ts';
import type { TenantDirectory } from './tenants/tenant-directory.ts';

/** The table of contents: one line per RPC. What is left out answers UNIMPLEMENTED. */
export const securityBindings = (
  parts: SecurityParts,
  tenants: TenantDirectory,
  compliance: ComplianceParts,
): Binding[] => [
  principalService(parts, tenants),
  tokenService(parts, tenants),
  accessService(parts),
  cryptoService(parts),
  privacyService(parts),
  complianceService(parts, compliance),
];

const principalService = (parts: SecurityParts, tenants: TenantDirectory): Binding => {
  const { principals, secrets, hasher, revocations, feed } = parts;
  return bind(PrincipalServiceDefinition, {
    createPrincipal: createPrincipal(principals, tenants),
    getPrincipal: getPrincipal(principals),
    listPrincipals: listPrincipals(principals),
    updatePrincipal: updatePrincipal(principals, revocations, feed),
    disablePrincipal: disablePrincipal(principals, revocations, feed),
    enablePrincipal: enablePrincipal(principals),
    createClientSecret: createClientSecret(principals, secrets, hasher),
    listClientSecrets: listClientSecrets(principals, secrets),
    revokeClientSecret: revokeClientSecret(secrets, revocations, feed),
  });
};

const tokenService = (parts: SecurityParts, tenants: TenantDirectory): Binding => {
  const { feed, ring, keys, rotation, reader, jwksMaxAgeMs } = parts;
  return bind(TokenServiceDefinition, {
    issueToken: issueToken({ ...parts, tenants }),
    exchangeToken: exchangeToken({ ...parts, tenants }),
    introspectToken: introspectToken(reader, feed),
    revokeToken: revokeToken(parts),
    getJwks: getJwks(ring, feed, jwksMaxAgeMs),
    rotateSigningKey: rotateSigningKey(rotation, feed),
    listSigningKeys: listSigningKeys(keys),
    watchRevocations: watchRevocations(feed, ring),
  });
};

const accessService = (parts: SecurityParts): Binding => {
  const { policies, decider, review, frameworks } = parts;
  return bind(AccessServiceDefinition, {
    putPolicy: putPolicy(policies),
    getPolicy: getPolicy(policies),
    listPolicies: listPolicies(policies),
    deletePolicy: deletePolicy(policies),
    checkAccess: checkAccess(decider),
    batchCheckAccess: batchCheckAccess(decider),
    explainAccess: explainAccess(parts),
    replayDecisions: replayDecisions(parts),
    listStaleGrants: listStaleGrants(review, frameworks),
  });
};

const cryptoService = (parts: SecurityParts): Binding => {
  const { cryptoKeys, master } = parts;
  return bind(CryptoServiceDefinition, {
    createKey: createKey(cryptoKeys, master),
    encrypt: encrypt(parts),
    decrypt: decrypt(parts),
    batchEncrypt: batchEncrypt(parts),
    batchDecrypt: batchDecrypt(parts),
    generateDataKey: generateDataKey(parts),
    rotateKey: rotateKey(cryptoKeys, master, parts.rewrapTokens),
    rewrapCiphertexts: rewrapCiphertexts(parts),
    retireKeyVersion: retireKeyVersion(cryptoKeys),
    destroyKey: destroyKey(cryptoKeys),
    describeKey: describeKey(cryptoKeys),
    sealDetails: sealDetails(parts.sealDetails),
  });
};

const privacyService = (parts: SecurityParts): Binding =>
  bind(PrivacyServiceDefinition, {
    detectPii: detectPii(parts),
    anonymizeRecords: anonymizeRecords(parts),
    streamAnonymizeRecords: streamAnonymizeRecords(parts),
    reidentifyToken: reidentifyToken(parts),
    listRecognizers: listRecognizers(parts),
  });

const complianceService = (parts: SecurityParts, compliance: ComplianceParts): Binding => {
  const { frameworks, openKeys, ciphertexts } = parts;
  const { assessments, clocks, erasures } = compliance;
  return bind(ComplianceServiceDefinition, {
    configureFramework: configureFramework({ ...parts, ...compliance }),
    listFrameworks: listFrameworks(frameworks),
    evaluateCompliance: evaluateCompliance(compliance),
    exportAssessment: exportAssessment(assessments),
    eraseSubject: eraseSubject({ subjectId: openKeys.subjectId, ciphertexts, erasures }),
    listBreachClocks: listBreachClocks(clocks),
    stopBreachClock: stopBreachClock(clocks),
  });
};
