import { AnonymizeOperator, Clearance, DataFormat, type ComponentVersion } from '@weir/contracts/registry';
import { PiiType } from '@weir/contracts/security';
import type { DeepPartial } from '@weir/contracts';

/** Copies orders without what tells whose they are. */
export const customersComponent: DeepPartial<ComponentVersion> & { name: string } = {
  name: 'components/customers-private/versions/1.0.0',
  displayName: 'Customers, private',
  description: 'Copies orders of customers without their personal data.',
  capabilities: ['anonymization'],
  dataFormats: [DataFormat.NDJSON],
  resources: { cpuMillicores: 500, memoryBytes: 256n * 1024n * 1024n },
  clearance: Clearance.INTERNAL,
  runtime: {
    kind: {
      $case: 'pipeline',
      value: {
        steps: [
          { id: 'customers', config: { $case: 'read', value: {} } },
          {
            id: 'private',
            config: {
              $case: 'anonymize',
              value: {
                rules: [
                  { field: 'customer_id', operator: AnonymizeOperator.HASH },
                  // Nothing finds names of persons: a rule has to say where they are.
                  { field: 'name', operator: AnonymizeOperator.REDACT },
                  { field: 'card', operator: AnonymizeOperator.MASK },
                ],
              },
            },
          },
          { id: 'result', config: { $case: 'write', value: { format: DataFormat.NDJSON } } },
        ],
      },
    },
  },
};

/** An order of an invented customer. */
export interface CustomerOrder {
  readonly order: number;
  readonly customer_id: string;
  readonly name: string;
  readonly email: string;
  readonly card: string;
  readonly ssn: string | null;
  readonly iban: string | null;
  readonly note: string;
  readonly amount: number;
}

const CUSTOMERS = 160;
const ORDERS = 200;
const FIRST_NAMES = ['Vela', 'Oskarin', 'Thimea', 'Brannoc', 'Ysolde', 'Quillon', 'Maribet', 'Tavish'];
const LAST_NAMES = ['Quarrow', 'Lindmere', 'Ostrava-Bell', 'Pemberlock', 'Zanthier'];

/** Two hundred orders, the last forty by customers who have ordered before. */
export const customerOrders = (): CustomerOrder[] => Array.from({ length: ORDERS }, (_, index) => orderOf(index));

function orderOf(index: number): CustomerOrder {
  const customer = index % CUSTOMERS;
  const [first, last] = [FIRST_NAMES[customer % 8] ?? '', LAST_NAMES[Math.floor(customer / 8) % 5] ?? ''];
  const email = `${first}.${last}${customer}@post.example`.toLowerCase();
  const isAmerican = customer % 2 === 0;
  const who = {
    customer_id: `C-${String(customer + 1).padStart(4, '0')}`,
    name: `${first} ${last}`,
    email,
    card: cardOf(customer),
    ssn: isAmerican ? `${801 + (customer % 90)}-${11 + (customer % 80)}-${1_234 + customer * 37}` : null,
    iban: isAmerican ? null : ibanOf(customer),
  };
  return { order: 1_001 + index, ...who, note: noteOf(index, email, phoneOf(customer)), amount: 5 + (index % 50) };
}

const noteOf = (index: number, email: string, phone: string): string =>
  [
    `please write to ${email} when it ships`,
    `rang from ${phone}, answer by mail to ${email}`,
    'leave it with the neighbours',
    `call ${phone} before delivery`,
  ][index % 4] ?? '';

/** Numbers with 555-01 are kept for fiction. */
const phoneOf = (customer: number): string =>
  `+1 ${202 + (customer % 8)} 555 ${String(100 + (customer % 100)).padStart(4, '0')}`;

/** A card of an issuer's range for tests, with the digit that Luhn wants. */
function cardOf(customer: number): string {
  const digits = `400000${String(customer * 7_919).padStart(9, '0')}`;
  const sum = Array.from(digits, Number).reduce((total, digit, at) => {
    const doubled = at % 2 === 0 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** An account at a bank that there is not, with the digits that mod 97 wants. */
function ibanOf(customer: number): string {
  const account = `00000000${String(customer * 104_729).padStart(10, '0')}`;
  // "DE00" behind the account, letters as numbers.
  const check = 98n - (BigInt(`${account}131400`) % 97n);
  return `DE${String(check).padStart(2, '0')}${account}`;
}

/** In how many values each type is, by column: what a scan has to find. */
export function typesIn(orders: readonly CustomerOrder[]): Map<string, number> {
  const count = (holds: (order: CustomerOrder) => boolean): number => orders.filter(holds).length;
  return new Map([
    [placeOf('card', PiiType.PAYMENT_CARD), orders.length],
    [placeOf('customer_id', PiiType.PERSON_ID), orders.length],
    [placeOf('email', PiiType.EMAIL), orders.length],
    [placeOf('iban', PiiType.IBAN), count(({ iban }) => iban !== null)],
    [placeOf('note', PiiType.EMAIL), count(({ note, email }) => note.includes(email))],
    [placeOf('note', PiiType.PHONE), count(({ note }) => note.includes('+1'))],
    [placeOf('ssn', PiiType.US_SSN), count(({ ssn }) => ssn !== null)],
  ]);
}

const typeNames = new Map<number, string>(Object.entries(PiiType).map(([name, value]) => [value, name]));

/** "EMAIL in note" */
export const placeOf = (field: string, type: PiiType): string => `${typeNames.get(type) ?? type} in ${field}`;

/** Everything in an order that must not come out again. */
export const originalsOf = ({ customer_id, name, email, card, ssn, iban, note }: CustomerOrder): string[] => [
  ...[customer_id, name, email, card, ssn, iban].filter((value) => value !== null),
  ...(/\+1 [\d ]{12}/.exec(note) ?? []),
];
