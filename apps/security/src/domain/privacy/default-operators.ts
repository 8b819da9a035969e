import { type AnonymizationOperator, GeneralizationMethod, PiiType } from '@weir/contracts/security';

const hash: AnonymizationOperator = { operator: { $case: 'hash', value: { lengthBytes: 0 } } };
const mask: AnonymizationOperator = {
  operator: { $case: 'mask', value: { keepFirst: undefined, keepLast: undefined, maskCharacter: '' } },
};
const generalize: AnonymizationOperator = {
  operator: { $case: 'generalize', value: { method: GeneralizationMethod.UNSPECIFIED } },
};

/** What happens to a finding when nothing else is said: it is taken out. */
export const REDACT: AnonymizationOperator = { operator: { $case: 'redact', value: { replacement: '' } } };

const BY_TYPE = new Map<PiiType, AnonymizationOperator>([
  [PiiType.EMAIL, mask],
  [PiiType.PHONE, mask],
  [PiiType.PERSON_ID, hash],
  [PiiType.CRYPTO_WALLET, hash],
  [PiiType.MAC_ADDRESS, hash],
  [PiiType.US_ZIP, generalize],
  [PiiType.DATE_OF_BIRTH, generalize],
  [PiiType.AGE, generalize],
]);

const BY_FIELD = new Map<string, AnonymizationOperator>([
  ['user_id', hash],
  ['customer_id', hash],
  ['email', mask],
  ['phone', mask],
  ['ssn', REDACT],
  ['address', REDACT],
  ['credit_card', REDACT],
  ['ip_address', REDACT],
]);

/** What happens to findings of a type. */
export const defaultForType = (type: PiiType): AnonymizationOperator => BY_TYPE.get(type) ?? REDACT;

/** What happens to a field of this name; undefined: whatever suits what is found in it. */
export const defaultForField = (name: string): AnonymizationOperator | undefined => BY_FIELD.get(name);
