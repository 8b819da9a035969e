export { recordingJournal, type RecordedEvent, type RecordingJournal } from './recording-journal.ts';
export { startTestServer, type TestServer, type TestServerOptions } from './start-test-server.ts';
export { adminToken, serviceToken, testVerifier, tokenFor, type Caller } from './test-verifier.ts';
