import { brokenLuhn } from '../checked-numbers.ts';
import type { Random } from '../random.ts';
import type { Makers } from '../sample.ts';
import { ibanOf } from '../checked-numbers.ts';
import { brokenEthereum } from '../wallets.ts';

const HEX = '0123456789abcdef';
const BASE36 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const uuid = (random: Random): string => [8, 4, 4, 4, 12].map((length) => random.text(length, HEX)).join('-');

const seconds = (random: Random): number => random.int(1_400_000_000, 1_900_000_000);

const isbn10 = (random: Random): string => random.fill('#-###-#####-#');

/** What looks like personal data in the open corpus and is none. */
export const openOthers: Makers = {
  order: (random) =>
    random.fill(random.pick(['########', '#########', '###-#######-#######', '##########', 'A-######', '###-##-####'])),
  invoice: (random) => random.fill(random.pick(['INV-2024-#####', '#########', '2024/######'])),
  part: (random) => random.fill(random.pick(['####-##-####', '###-##-####', 'AB-####-##', '#####-####'])),
  part3: (random) => random.fill(random.pick(['^##-^##-####', '##-####-##', '@@-#####'])),
  sku: (random) => random.fill(random.pick(['@@@-#####', '########', '###-###-####'])),
  seconds: (random) => String(seconds(random)),
  millis: (random) => `${seconds(random)}${random.digits(3)}`,
  micros: (random) => `${seconds(random)}${random.digits(6)}`,
  version3: (random) => [random.int(0, 30), random.int(0, 40), random.int(0, 99)].join('.'),
  version4: (random) => [random.int(0, 30), random.int(0, 40), random.int(0, 255), random.int(0, 255)].join('.'),
  uuid,
  sha256: (random) => random.text(64, HEX),
  sha1: (random) => random.text(40, HEX),
  md5: (random) => random.text(32, HEX),
  latitude: (random) => `${random.int(-89, 89)}.${random.digits(6)}`,
  longitude: (random) => `${random.int(-179, 179)}.${random.digits(6)}`,
  ups: (random) => `1Z${random.text(16, BASE36)}`,
  usps: (random) => `9400${random.digits(18)}`,
  fedex: (random) => random.digits(random.pick([12, 15])),
  isbn13: (random) => random.fill(random.pick(['978-#-##-######-#', '978##########'])),
  isbn10,
  price: (random) =>
    random.pick([
      `$${random.int(1, 9)},${random.digits(3)}.99`,
      `${random.int(100, 99_999)}.50 EUR`,
      `€ ${random.int(10, 99)}.${random.digits(3)},00`,
    ]),
  phoneLike: (random) => random.fill(random.pick(['^##-^##-####', '###-###-####', '##########'])),
  digits3: (random) => random.digits(3),
  digits4: (random) => random.digits(4),
  digits5: (random) => String(random.int(10_000, 99_999)),
  digits9: (random) => random.digits(9),
  digits10: (random) => random.digits(10),
  digits16bad: (random) => brokenLuhn(random, random.pick(['4', '51', '6011']), 16),
  date: (random) =>
    `20${random.int(10, 26)}-${String(random.int(1, 12)).padStart(2, '0')}-${String(random.int(1, 28)).padStart(2, '0')}`,
  time: (random) => `${random.int(10, 23)}:${random.int(10, 59)}:${random.int(10, 59)}.${random.digits(3)}`,
  decimal: (random) => `${random.int(0, 999)}.${random.digits(random.int(1, 8))}`,
  imei: (random) => `35${random.digits(13)}`,
  ean: (random) => `5${random.digits(12)}`,
  badSsn: (random) =>
    random.fill(random.pick(['000-12-####', '666-12-####', '9##-12-####', '123-00-####', '123-45-0000'])),
  badIban: (random) => {
    const right = ibanOf(random, 'DE');
    return right.slice(0, -1) + String((Number(right.at(-1)) + 1) % 10);
  },
  wrongEth: brokenEthereum,
};
