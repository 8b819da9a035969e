import { type PiiType, type AnonymizationOperator } from '@weir/contracts/security';
import { generalized } from './generalize.ts';
import { masked } from './mask.ts';
import { typeName } from './pii-types.ts';
import type { PendingToken, Pseudonyms } from './pseudonyms.ts';

/** What operators work with. */
export interface OperatorTools {
  readonly pseudonyms: Pseudonyms;
  readonly now: Date;
  /** Takes tokens that must be kept before they are answered. */
  readonly pend: (token: Omit<PendingToken, 'subject'>) => void;
}

/** What becomes of a value: a text, nothing ('removed'), or what it was ('kept'). */
export type Outcome = { readonly text: string } | 'removed' | 'kept';

const HASH_BYTES = 16;

/** Applies an operator to a value of a type. */
export function applyOperator(
  { operator }: AnonymizationOperator,
  value: string,
  type: PiiType,
  { pseudonyms, now, pend }: OperatorTools,
): Outcome {
  switch (operator?.$case) {
    case 'hash':
      return { text: pseudonyms.hash(value, operator.value.lengthBytes || HASH_BYTES) };
    case 'mask':
      return { text: masked(value, type, operator.value) };
    case 'tokenize': {
      const token = pseudonyms.token(value);
      pend({ token, value, type, key: operator.value.key });
      return { text: token };
    }
    case 'generalize': {
      const text = generalized(value, type, operator.value.method, now);
      return text === undefined ? 'removed' : { text };
    }
    case 'keep':
      return 'kept';
    default:
      return 'removed';
  }
}

/** What stands in a text for a finding that was taken out of it. */
export const replacementFor = ({ operator }: AnonymizationOperator, type: PiiType): string =>
  (operator?.$case === 'redact' && operator.value.replacement) || `[${typeName(type)}]`;

const SUFFIXES: Readonly<Record<string, string>> = { hash: '_hash', mask: '_masked', tokenize: '_token' };

/** What a field is called after an operator. */
export const nameAfter = (name: string, { operator }: AnonymizationOperator): string =>
  name + (SUFFIXES[operator?.$case ?? ''] ?? '');
