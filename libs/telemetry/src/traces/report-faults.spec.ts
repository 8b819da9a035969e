import { diag } from '@opentelemetry/api';
import { globalErrorHandler } from '@opentelemetry/core';
import { logLines } from '../testing/log-lines.ts';
import { startLog } from '../logs/start-log.ts';
import { reportFaults } from './report-faults.ts';

describe('reportFaults', () => {
  afterEach(() => diag.disable());

  it('writes one line a minute and counts the others', () => {
    const destination = logLines();
    let now = 0;
    reportFaults(startLog({ service: 'registry', level: 'info', destination }), () => now);

    globalErrorHandler(new Error('refused'));
    for (let i = 0; i < 9; i++) diag.error('refused');
    now = 60_000;
    globalErrorHandler(new Error('still refused'));

    expect(destination.lines()).toMatchObject([
      { level: 'warn', fault: 'Error: refused', more_since: 0 },
      { level: 'warn', fault: 'Error: still refused', more_since: 9 },
    ]);
  });
});
