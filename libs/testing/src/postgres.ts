export {
  startTestServer,
  testDatabase,
  testServerUrl,
  type TestDatabase,
  type TestDatabaseOptions,
  type TestServer,
} from '@weir/database/testing';
