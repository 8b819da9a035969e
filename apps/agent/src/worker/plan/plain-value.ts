import type { PlainValue } from './plan.ts';
import type { OrderedScalar } from './scalar-schema.ts';

/** A scalar of a request as a plain value. */
export function plainValue({ value }: OrderedScalar): PlainValue {
  switch (value.$case) {
    case 'text':
      return { kind: 'text', value: value.value };
    case 'integer':
      return { kind: 'integer', value: value.value };
    case 'number':
      return { kind: 'number', value: value.value };
    case 'boolean':
      return { kind: 'boolean', value: value.value };
    case 'time':
      return { kind: 'time', value: value.value };
  }
}

/** A duration in milliseconds. */
export const millisecondsOf = ({ seconds, nanos }: { seconds: bigint; nanos: number }): number =>
  Number(seconds) * 1000 + nanos / 1e6;
