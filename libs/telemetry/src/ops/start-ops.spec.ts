import { Registry } from 'prom-client';
import { startOps, type OpsServer } from './start-ops.ts';

const listen = { host: '127.0.0.1', port: 0 };

describe('the ops server', () => {
  let ops: OpsServer;
  let database: string | undefined;
  beforeEach(async () => (ops = await startOps({ listen, metrics: new Registry() })));
  afterEach(() => ops[Symbol.asyncDispose]());

  const get = (path: string) => fetch(`http://127.0.0.1:${ops.port}${path}`);

  it('is alive from the start and ready when every check is', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(503);

    ops.addChecks({ database: () => database });

    expect((await get('/readyz')).status).toBe(200);
  });

  it('says what a process waits for', async () => {
    database = 'cannot connect to 127.0.0.1:5432';
    ops.addChecks({ database: () => database });
    ops.addChecks({ tokens: () => undefined });

    const answer = await get('/readyz?verbose');

    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      ready: false,
      missing: [{ check: 'database', why: 'cannot connect to 127.0.0.1:5432' }],
    });
  });

  it('answers 404 with the paths that exist for any other', async () => {
    const answer = await get('//etc/passwd');

    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ paths: ['/metrics', '/healthz', '/readyz'] });
  });

  it('names the setting when its address is taken', async () => {
    const taken = { ...listen, port: ops.port };

    await expect(startOps({ listen: taken, metrics: new Registry() })).rejects.toThrow(
      `cannot listen on OPS_LISTEN 127.0.0.1:${ops.port}`,
    );
  });
});
