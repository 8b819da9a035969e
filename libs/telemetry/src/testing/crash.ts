// Logs a line and ends, in the way that the first argument says, before the buffer would be written.
import { startTelemetry } from '../index.ts';
import { removeState, testSettings } from './test-settings.ts';

const telemetry = await startTelemetry({ service: 'crash', version: '1.0.0', settings: testSettings() });
removeState();
telemetry.log.info('the last words');
if (process.argv[2] === 'throw') throw new Error('crash');
if (process.argv[2] === 'exit') process.exit(3);
await telemetry[Symbol.asyncDispose]();
