import { runInCall, tenantScope, type CallContext } from '@weir/context';
import { logLines } from '../testing/log-lines.ts';
import { startLog } from './start-log.ts';

describe('startLog', () => {
  const destination = logLines();
  const log = startLog({ service: 'registry', level: 'info', destination });
  const last = () => destination.lines().at(-1);

  it('writes time, level, service and message as JSON', () => {
    log.warn({ name: 'acme' }, 'tenant is suspended');

    expect(last()).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      level: 'warn',
      service: 'registry',
      name: 'acme',
      msg: 'tenant is suspended',
    });
  });

  it('writes an error with its cause', () => {
    log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');

    expect(JSON.stringify(last())).toMatch(/outer.*inner/);
  });

  it('hides secrets in lines and in the fields of child loggers', () => {
    log.child({ token: 'hunter2' }).info({ request: { authorization: 'Bearer hunter2' } }, 'refused');

    expect(JSON.stringify(last())).not.toContain('hunter2');
  });

  it('names the method and the tenant of the call that it works for', () => {
    const call = { method: '/weir.registry.v1.TenantService/GetTenant', scope: tenantScope('acme') } as CallContext;
    runInCall(call, () => log.info('found'));

    expect(last()).toMatchObject({ method: call.method, tenant: 'acme' });
  });

  it('leaves out lines below its level', () => {
    const before = destination.lines().length;
    log.debug('noise');

    expect(destination.lines()).toHaveLength(before);
  });
});
