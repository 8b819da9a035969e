export { testDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts';
export { startTestServer, testServerUrl, type TestServer } from './test-server.ts';
