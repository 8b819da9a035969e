import { passesLuhn, passesNpi } from '../checks/luhn.ts';
import { IBAN_LENGTHS, passesMod97 } from '../checks/mod97.ts';
import { passesAba, passesMod11 } from '../checks/weighted.ts';
import type { Random } from './random.ts';

/** The one continuation by a digit that a check accepts; undefined when there is none. */
const completed = (digits: string, check: (all: string) => boolean): string | undefined =>
  Array.from('0123456789', (last) => digits + last).find(check);

/** Draws until a check digit exists. */
function drawn(draw: () => string, check: (all: string) => boolean): string {
  for (;;) {
    const found = completed(draw(), check);
    if (found !== undefined) return found;
  }
}

/** A social security number's digits. */
export function ssnDigits(random: Random): string {
  const area = random.pick([random.int(1, 665), random.int(667, 899)]);
  const [group, serial] = [random.int(1, 99), random.int(1, 9_999)];
  return `${String(area).padStart(3, '0')}${String(group).padStart(2, '0')}${String(serial).padStart(4, '0')}`;
}

/** A number of this length that begins so and passes Luhn. */
export const luhnDigits = (random: Random, prefix: string, length: number): string =>
  drawn(() => prefix + random.digits(length - prefix.length - 1), passesLuhn);

/** A number of this length that begins so and fails Luhn. */
export function brokenLuhn(random: Random, prefix: string, length: number): string {
  const right = luhnDigits(random, prefix, length);
  return right.slice(0, -1) + String((Number(right.at(-1)) + random.int(1, 9)) % 10);
}

/** A provider identifier. */
export const npiDigits = (random: Random): string => drawn(() => random.pick(['1', '2']) + random.digits(8), passesNpi);

/** An NHS number. */
export const nhsDigits = (random: Random): string =>
  drawn(() => random.pick(['4', '6', '7', '9']) + random.digits(8), passesMod11);

/** A routing number. */
export const abaDigits = (random: Random): string =>
  drawn(
    () => random.pick(['01', '02', '06', '07', '11', '12', '21', '26', '31', '32', '61']) + random.digits(6),
    passesAba,
  );

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
// Countries whose accounts begin with the letters of a bank.
const WITH_BANK = new Set(['GB', 'NL', 'IE', 'BG', 'LV', 'RO', 'GI', 'GE', 'PK', 'KW', 'QA', 'VG', 'UA']);

/** An account number of a country, check digits included. */
export function ibanOf(random: Random, country = random.pick(Object.keys(IBAN_LENGTHS))): string {
  const rest = (IBAN_LENGTHS[country] ?? 0) - 4;
  const account = WITH_BANK.has(country) ? random.text(4, LETTERS) + random.digits(rest - 4) : random.digits(rest);
  for (let check = 2; check <= 98; check += 1) {
    const iban = `${country}${String(check).padStart(2, '0')}${account}`;
    if (passesMod97(iban)) return iban;
  }
  throw new Error('no check digits');
}
