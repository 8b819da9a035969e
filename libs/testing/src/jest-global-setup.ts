import { startTestServer, type TestServer } from '@weir/database/testing';

let server: TestServer | undefined;

/** Starts the one PostgreSQL server that every spec of a run uses. */
export default async function setUp(): Promise<void> {
  server = await startTestServer();
}

/** Stops it; jest loads this file once, so both see the same server. */
export const stopServer = async (): Promise<void> => server?.[Symbol.asyncDispose]();
