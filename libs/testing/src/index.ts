export { testDatabase, testServerUrl, type TestDatabase, type TestDatabaseOptions } from './postgres.ts';
