import { serviceConfig } from './service-config.ts';

const retried = (config: ReturnType<typeof serviceConfig>): string[] =>
  config.methodConfig
    .filter(({ retryPolicy }) => retryPolicy)
    .flatMap(({ name }) => name.map(({ method }) => method ?? ''));

describe('serviceConfig', () => {
  it('repeats what only reads and what has a request_id', () => {
    expect(retried(serviceConfig())).toEqual(expect.arrayContaining(['GetTenant', 'CreateTenant', 'WatchRevocations']));
  });

  it('repeats nothing else, and no client stream', () => {
    expect(retried(serviceConfig())).not.toContain('IssueToken');
    expect(retried(serviceConfig())).not.toContain('UploadDataset');
  });

  it('hedges the reads it is told to, instead of repeating them', () => {
    const config = serviceConfig(['GetTenant']);

    expect(retried(config)).not.toContain('GetTenant');
    expect(config.methodConfig.find(({ hedgingPolicy }) => hedgingPolicy)?.name).toEqual([
      { service: 'weir.registry.v1.TenantService', method: 'GetTenant' },
    ]);
  });

  it.each(['CreateTenant', 'WatchRevocations', 'Nonsense'])('refuses to hedge %s', (name) => {
    expect(() => serviceConfig([name])).toThrow(`${name} cannot be hedged`);
  });
});
