import { z } from 'zod';

/** How a setting is written in an environment variable. */
export interface SettingKind {
  /** Short name for tables: "port", "duration". */
  readonly type: string;
  /** Completes "needs ...": "a port, 0 to 65535". */
  readonly allowed: string;
  /** Its value appears in no message, log line or page. */
  readonly secret?: boolean;
}

// A registry of its own, so that the public metadata of a schema stays free for its description.
const kinds = z.registry<SettingKind>();

/** A schema that reads a value from the text of an environment variable; `read` answers undefined for a wrong text. */
export function setting<T>(
  kind: SettingKind,
  read: (text: string) => T | undefined,
  print: (value: T) => string,
): z.ZodCodec<z.ZodString, z.ZodCustom<T>> {
  const codec = z.codec(z.string(), z.custom<T>(), {
    decode: (text, context) => {
      const value = read(text);
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', input: text, message: `needs ${kind.allowed}` });
      return z.NEVER;
    },
    encode: print,
  });
  return ofKind(kind, codec);
}

/** Declares the kind of a schema that is not made by `setting`. */
export function ofKind<S extends z.ZodType>(kind: SettingKind, schema: S): S {
  kinds.add(schema, kind);
  return schema;
}

/** The kind of a setting's schema, found below its defaults and refinements; plain zod types have one too. */
export function kindOf(schema: z.core.$ZodType): SettingKind {
  for (const layer of layers(schema)) {
    const kind = kinds.get(layer) ?? plainKind(layer);
    if (kind) return kind;
  }
  return { type: 'text', allowed: 'a text' };
}

/** A schema and what it wraps, outermost first. */
export function* layers(schema: z.core.$ZodType): Generator<z.core.$ZodType> {
  for (let layer: z.core.$ZodType | undefined = schema; layer; layer = wrapped(layer)) yield layer;
}

function wrapped(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const { def } = schema._zod;
  if ('innerType' in def) return def.innerType as z.core.$ZodType;
  if (def.type !== 'pipe') return undefined;
  const pipe = def as z.core.$ZodPipeDef;
  return pipe.in._zod.def.type === 'transform' ? pipe.out : pipe.in;
}

function plainKind(schema: z.core.$ZodType): SettingKind | undefined {
  if (schema instanceof z.ZodEnum) {
    const options = schema.options.join(', ');
    return { type: `one of ${options}`, allowed: `one of ${options}` };
  }
  if (schema instanceof z.ZodNumber) return { type: 'number', allowed: `a number${range(schema)}` };
  return undefined;
}

function range({ minValue, maxValue }: z.ZodNumber): string {
  const from = finite(minValue) ? `, at least ${minValue}` : '';
  const to = finite(maxValue) ? `, at most ${maxValue}` : '';
  return from + to;
}

// zod answers the largest safe integers for an integer without bounds.
const finite = (bound: number | null): boolean => bound !== null && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
