import { z } from 'zod';
import { kindOf, layers } from './setting-kind.ts';

/** One setting as docs show it. */
export interface SettingDescription {
  /** The environment variable: "GRPC_LISTEN". */
  readonly name: string;
  readonly description: string;
  /** "port", "duration", "one of a, b", ... */
  readonly type: string;
  /** What a value may be: "a port, 0 to 65535". */
  readonly allowed: string;
  /** As one would write it in the environment; undefined where there is none. */
  readonly default: string | undefined;
  /** True when the start is refused without it. */
  readonly required: boolean;
  readonly secret: boolean;
}

/** Every setting of a schema, in its order. Throws when one has no description: it would be missing from the docs. */
export function describeSettings(schema: z.ZodObject): SettingDescription[] {
  const shape: z.core.$ZodShape = schema.shape;
  return Object.entries(shape).map(([name, field]) => describe(name, field));
}

function describe(name: string, field: z.core.$ZodType): SettingDescription {
  const description = descriptionOf(field);
  if (!description) throw new Error(`setting ${name} has no .describe()`);

  const { type, allowed, secret = false } = kindOf(field);
  const required = field._zod.optin === undefined;
  return { name, description, type, allowed, default: secret ? undefined : defaultOf(field), required, secret };
}

// Wrapping a schema (`.default()`, `.optional()`) hides the description of what it wraps.
function descriptionOf(field: z.core.$ZodType): string | undefined {
  for (const layer of layers(field)) {
    const description = z.globalRegistry.get(layer)?.description;
    if (description) return description;
  }
  return undefined;
}

function defaultOf(field: z.core.$ZodType): string | undefined {
  for (const layer of layers(field)) {
    if (layer instanceof z.ZodPrefault) return String(layer.def.defaultValue);
    if (layer instanceof z.ZodDefault) return print(layer.def.innerType, layer.def.defaultValue);
  }
  return undefined;
}

function print(schema: z.core.$ZodType, value: unknown): string {
  const encodable = [...layers(schema)].some((layer) => layer instanceof z.ZodCodec);
  return String(encodable ? z.encode(schema, value) : value);
}
