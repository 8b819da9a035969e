import { camelCase } from '@weir/contracts';

/** Reads a string field of a message by its path in the proto file ("job.tenant_name"); empty where it is unset. */
export function fieldReader(path: string): (message: unknown) => string {
  const keys = path.split('.').map(camelCase);
  return (message) => {
    let value = message;
    for (const key of keys) value = isRecord(value) ? value[key] : undefined;
    return typeof value === 'string' ? value : '';
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
