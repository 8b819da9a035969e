/** Reads a string field of a message by its path in the proto file ("job.tenant_name"); empty where it is unset. */
export function fieldReader(path: string): (message: unknown) => string {
  const keys = path.split('.').map(camelCase);
  return (message) => {
    let value = message;
    for (const key of keys) value = isRecord(value) ? value[key] : undefined;
    return typeof value === 'string' ? value : '';
  };
}

/** The name that a field of the proto file has in generated code. */
export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** The name that a field of generated code has in the proto file. */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
