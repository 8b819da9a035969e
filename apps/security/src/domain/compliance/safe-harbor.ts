import { GeneralizationMethod, PiiType, type AnonymizationOperator } from '@weir/contracts/security';

/** One of the 18 identifiers of 45 CFR 164.514(b)(2)(i) as far as recognisers find it. */
export interface SafeHarborElement {
  readonly letter: string;
  readonly dataElement: string;
  readonly types: readonly PiiType[];
  readonly operator: AnonymizationOperator['operator'];
}

const redact: AnonymizationOperator['operator'] = { $case: 'redact', value: { replacement: '' } };
const generalize = (method: GeneralizationMethod): AnonymizationOperator['operator'] => ({
  $case: 'generalize',
  value: { method },
});

/**
 * Names (A), beneficiary numbers (I), vehicles (L), biometrics (P) and photographs (Q) have no recogniser: a tenant's
 * policy names the fields that hold them. A fax number (E) is a telephone number.
 */
export const SAFE_HARBOR: readonly SafeHarborElement[] = [
  {
    letter: 'B',
    dataElement: 'Geographic subdivisions smaller than a State: ZIP codes',
    types: [PiiType.US_ZIP],
    operator: generalize(GeneralizationMethod.ZIP3),
  },
  {
    letter: 'B',
    dataElement: 'Geographic subdivisions smaller than a State: street addresses',
    types: [PiiType.POSTAL_ADDRESS],
    operator: redact,
  },
  {
    letter: 'C',
    dataElement: 'All elements of dates but the year, and ages over 89',
    types: [PiiType.DATE_OF_BIRTH, PiiType.AGE],
    operator: generalize(GeneralizationMethod.AGE_OVER_89),
  },
  { letter: 'D', dataElement: 'Telephone and fax numbers', types: [PiiType.PHONE], operator: redact },
  { letter: 'F', dataElement: 'Electronic mail addresses', types: [PiiType.EMAIL], operator: redact },
  { letter: 'G', dataElement: 'Social security numbers', types: [PiiType.US_SSN], operator: redact },
  { letter: 'H', dataElement: 'Medical record numbers', types: [PiiType.UK_NHS, PiiType.PERSON_ID], operator: redact },
  {
    letter: 'J',
    dataElement: 'Account numbers',
    types: [PiiType.IBAN, PiiType.PAYMENT_CARD, PiiType.CRYPTO_WALLET],
    operator: redact,
  },
  {
    letter: 'K',
    dataElement: 'Certificate and licence numbers',
    types: [PiiType.DRIVERS_LICENSE, PiiType.PASSPORT],
    operator: redact,
  },
  { letter: 'M', dataElement: 'Device identifiers and serial numbers', types: [PiiType.MAC_ADDRESS], operator: redact },
  { letter: 'N', dataElement: 'Web addresses (URLs)', types: [PiiType.URL], operator: redact },
  {
    letter: 'O',
    dataElement: 'Internet Protocol (IP) addresses',
    types: [PiiType.IPV4, PiiType.IPV6],
    operator: redact,
  },
];
