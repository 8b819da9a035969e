import pino from 'pino';
import { logLines } from '../testing/log-lines.ts';
import { callLog, type CallLine } from './call-log.ts';
import { startLog } from './start-log.ts';

const METHOD = '/weir.registry.v1.TenantService/GetTenant';
const served: CallLine = { principal: 'principals/admin', tenant: undefined, code: 'OK', ms: 1.25, traceId: 'f00' };

describe('callLog', () => {
  it('writes a line like any other of its logger', () => {
    const destination = logLines();
    const log = startLog({ service: 'registry', level: 'info', destination });

    callLog(log, METHOD)(served);
    log.info('other');

    const [line, other] = destination.lines();
    expect(line).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      level: 'info',
      service: 'registry',
      method: METHOD,
      principal: 'principals/admin',
      code: 'OK',
      ms: 1.25,
      trace_id: 'f00',
      msg: 'call',
    });
    expect(Object.keys(line ?? {})).toEqual(expect.arrayContaining(Object.keys(other ?? {})));
  });

  it('tells why a call failed, whatever characters that takes', () => {
    const destination = logLines();
    const log = startLog({ service: 'registry', level: 'info', destination });
    const failed = { tenant: 'acme', code: 'NOT_FOUND', reason: 'TENANT_NOT_FOUND', problem: 'no "é\n" \\ \u2028' };

    callLog(log, METHOD)({ ...served, ...failed });

    expect(destination.lines()).toMatchObject([failed]);
  });

  it('is silent where its logger is', () => {
    const destination = logLines();

    callLog(startLog({ service: 'registry', level: 'warn', destination }), METHOD)(served);

    expect(destination.lines()).toEqual([]);
  });

  it('says the same through a logger that was made elsewhere', () => {
    const destination = logLines();

    callLog(pino({}, destination), METHOD)(served);

    expect(destination.lines()).toMatchObject([
      { msg: 'call', method: METHOD, principal: 'principals/admin', code: 'OK', trace_id: 'f00' },
    ]);
  });
});
