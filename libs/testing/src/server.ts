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
} from '@weir/rpc/testing';
