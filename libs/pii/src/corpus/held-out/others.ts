import { passesMod11 } from '../../checks/weighted.ts';
import { brokenLuhn, ibanOf, npiDigits } from '../checked-numbers.ts';
import type { Random } from '../random.ts';
import type { Makers } from '../sample.ts';

const HEX = '0123456789abcdef';

const counts = Object.fromEntries(
  [1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 13].map((count) => [
    `n${count}`,
    (random: Random) => String(random.int(1, 9)) + random.digits(count - 1),
  ]),
);

const hashes = Object.fromEntries(
  [16, 32, 40, 64].map((count) => [`hex${count}`, (random: Random) => random.text(count, HEX)]),
);

const next = (digits: string): string => digits.slice(0, -1) + String((Number(digits.at(-1)) + 3) % 10);

function failingNhs(random: Random): string {
  for (;;) {
    const digits = random.digits(10);
    if (!passesMod11(digits)) return digits;
  }
}

/** What looks like personal data in the held-out corpus and is none. */
export const heldOutOthers: Makers = {
  ...counts,
  ...hashes,
  v3: (random) => `${random.int(0, 20)}.${random.int(0, 20)}.${random.int(0, 200)}`,
  v4: (random) => `${random.int(1, 130)}.${random.int(0, 9)}.${random.int(0, 255)}.${random.int(0, 255)}`,
  epoch: (random) => String(random.int(1_500_000_000, 1_800_000_000)),
  guid: (random) => [8, 4, 4, 4, 12].map((length) => random.text(length, HEX).toUpperCase()).join('-'),
  geo: (random) => `${random.int(0, 89)}.${random.digits(5)}N ${random.int(0, 179)}.${random.digits(5)}W`,
  geo2: (random) => `${random.int(-179, 179)}.${random.digits(7)} ${random.int(-89, 89)}.${random.digits(7)}`,
  lat: (random) => `${random.int(-89, 89)}.${random.digits(6)}`,
  money: (random) =>
    random.pick([
      `${random.int(1, 999)},${random.digits(3)}.${random.digits(2)}`,
      `${random.int(1, 9)}.${random.digits(3)}.${random.digits(3)},${random.digits(2)}`,
      `${random.int(10, 99_999)}.${random.digits(2)}`,
    ]),
  tel: (random) => random.fill(random.pick(['^##-^##-####', '^## ^## ####', '##########'])),
  day: (random) =>
    random.pick([
      `20${random.int(10, 26)}-0${random.int(1, 9)}-1${random.int(0, 9)}`,
      `1${random.int(0, 9)}/0${random.int(1, 9)}/20${random.int(10, 26)}`,
    ]),
  luhnless: (random) => brokenLuhn(random, '45', 16),
  ibanless: (random) => next(ibanOf(random, 'FR')),
  n10bad: failingNhs,
  ssnless: (random) => random.fill(random.pick(['9##-##-####', '000-##-####', '###-00-####'])),
  npiless: (random) => next(npiDigits(random)),
  ipless: (random) => `${random.int(256, 999)}.1.${random.int(1, 99)}.4`,
};
