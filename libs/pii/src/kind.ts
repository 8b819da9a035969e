/** The kinds of personal data that recognisers find. */
export const PII_KINDS = [
  'US_SSN',
  'EMAIL',
  'PAYMENT_CARD',
  'PHONE',
  'IBAN',
  'IPV4',
  'IPV6',
  'MAC_ADDRESS',
  'URL',
  'US_ABA_ROUTING',
  'US_NPI',
  'UK_NHS',
  'PASSPORT',
  'DRIVERS_LICENSE',
  'US_ZIP',
  'DATE_OF_BIRTH',
  'CRYPTO_WALLET',
  'AGE',
  'POSTAL_ADDRESS',
  'PERSON_ID',
] as const;

/** One of them. */
export type PiiKind = (typeof PII_KINDS)[number];
