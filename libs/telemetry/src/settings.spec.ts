import { describeSettings, loadConfig } from '@weir/config';
import { z } from 'zod';
import { telemetrySettings } from './settings.ts';

const schema = z.object(telemetrySettings);

describe('telemetrySettings', () => {
  it('needs no more than an address', () => {
    const { settings } = loadConfig(schema, { OPS_LISTEN: '127.0.0.1:7101' });

    expect(settings).toEqual({
      OPS_LISTEN: { host: '127.0.0.1', port: 7101 },
      LOG_LEVEL: 'info',
      TRACE_SAMPLE_RATIO: 0.05,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      WEIR_STATE_DIR: '.weir',
    });
  });

  it('describes itself, also with the default that an app gives an address', () => {
    const [ops] = describeSettings(z.object({ OPS_LISTEN: telemetrySettings.OPS_LISTEN.prefault('127.0.0.1:7102') }));

    expect(ops).toMatchObject({ default: '127.0.0.1:7102', type: 'host:port', required: false });
    expect(ops?.description).toContain('/metrics');
  });
});
