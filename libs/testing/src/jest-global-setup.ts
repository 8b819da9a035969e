import { startTestServer, type TestServer } from '@weir/database/testing';

let server: TestServer | undefined;

/** Starts the one PostgreSQL server that every spec of a run uses. */
async function setUp(): Promise<void> {
  server = await startTestServer();
}

/** Stops it; jest loads this file once, so both see the same server. */
export const stopServer = async (): Promise<void> => server?.[Symbol.asyncDispose]();

// jest asks for a default export.
export { setUp as default };
