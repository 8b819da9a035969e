export { testAuthority, type TestAuthority, type TestIdentity } from './certificates.ts';
export { testDatabase, testServerUrl, type TestDatabase, type TestDatabaseOptions } from './postgres.ts';
export {
  adminToken,
  recordingJournal,
  serviceToken,
  startTestServer,
  testVerifier,
  tokenFor,
  type Caller,
  type RecordedEvent,
  type RecordingJournal,
  type TestServer,
  type TestServerOptions,
} from './server.ts';
export { testIssuer, type TestClaims, type TestIssuer, type TestIssuerOptions } from './tokens.ts';
