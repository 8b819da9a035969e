import type { Random } from '../random.ts';
import { CARDS, PHONES } from './formats.ts';
import type { Maker, Makers } from '../sample.ts';
import { abaDigits, ibanOf, luhnDigits, nhsDigits, npiDigits, ssnDigits } from '../checked-numbers.ts';
import { base58Address, bech32Address, ethereumAddress } from '../wallets.ts';

const FIRST = ['anna', 'john', 'maria', 'liam', 'olga', 'wei', 'fatima', 'jorge', 'nina', 'paul', 'zoe', 'amir'];
const LAST = ['smith', 'garcia', 'nowak', 'muller', 'okafor', 'tanaka', 'rossi', 'dubois', 'jensen', 'kaya', 'costa'];
const HOSTS = [
  'example.com',
  'mail.example.org',
  'corp.example.co.uk',
  'gmail.com',
  'uni-koeln.de',
  'acme.io',
  'post.example.museum',
];

const split = (text: string, sizes: readonly number[], separator: string): string => {
  let at = 0;
  return sizes.map((size) => text.slice(at, (at += size))).join(separator);
};

function card(random: Random): string {
  const [prefix, length, groups] = random.pick(CARDS);
  return split(luhnDigits(random, prefix, length), groups, random.pick(['', '', ' ', '-', '.']));
}

const date = (random: Random): readonly [string, string, string] => {
  const [y, m, d] = [random.int(1925, 2012), random.int(1, 12), random.int(1, 28)];
  return [String(y), String(m).padStart(2, '0'), String(d).padStart(2, '0')];
};

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

function birthDate(random: Random): string {
  const [y, m, d] = date(random);
  const name = MONTHS[Number(m) - 1] ?? '';
  const day = String(Number(d));
  return random.pick([
    `${y}-${m}-${d}`,
    `${m}/${d}/${y}`,
    `${d}/${m}/${y}`,
    `${d}.${m}.${y}`,
    `${day} ${name} ${y}`,
    `${name} ${day}, ${y}`,
    `${name.slice(0, 3)} ${day}, ${y}`,
    `${d}-${name.slice(0, 3)}-${y}`,
    `${y}/${m}/${d}`,
    `${m}/${d}/${y.slice(2)}`,
  ]);
}

function ipv6(random: Random): string {
  const group = (): string => random.int(1, 0xffff).toString(16);
  const full = Array.from({ length: 8 }, group).join(':');
  return random.pick([
    full,
    full.toUpperCase(),
    `2001:db8::${group()}`,
    `fe80::${group()}:${group()}:${group()}:${group()}`,
    `2a02:${group()}:${group()}::${group()}`,
    `::ffff:${ipv4(random)}`,
    `fe80::${group()}%eth0`,
  ]);
}

const ipv4 = (random: Random): string =>
  [random.int(1, 223), random.int(0, 255), random.int(0, 255), random.int(1, 254)].join('.');

const mac = (random: Random): string => {
  const hex = random.text(12, random.pick(['0123456789abcdef', '0123456789ABCDEF']));
  return random.pick([
    split(hex, [2, 2, 2, 2, 2, 2], ':'),
    split(hex, [2, 2, 2, 2, 2, 2], '-'),
    split(`a${hex.slice(1)}`, [4, 4, 4], '.'),
  ]);
};

const iban = (random: Random): string => {
  const plain = ibanOf(
    random,
    random.chance(0.7) ? random.pick(['DE', 'GB', 'FR', 'NL', 'ES', 'IT', 'CH', 'PL', 'NO', 'AT']) : undefined,
  );
  return random.pick([
    plain,
    plain,
    plain.replace(/(.{4})(?=.)/g, '$1 '),
    plain.toLowerCase(),
    plain.replace(/(.{4})(?=.)/g, '$1-'),
  ]);
};

const email: Maker = (random) => {
  const [first, last] = [random.pick(FIRST), random.pick(LAST)];
  const local = random.pick([
    `${first}.${last}`,
    `${first}${random.int(1, 99)}`,
    `${first}+news`,
    `${first}_${last}`,
    `${first.charAt(0)}-${last}`,
    `"${first} ${last}"`,
  ]);
  return `${local}@${random.pick([...HOSTS, 'bücher.example', 'xn--bcher-kva.example'])}`;
};

const url: Maker = (random) =>
  random.pick([
    `https://${random.pick(HOSTS)}/${random.pick(LAST)}`,
    `http://${ipv4(random)}:${random.int(80, 9000)}/login?next=%2Fhome&id=${random.int(1, 999)}`,
    `https://www.${random.pick(HOSTS)}/a/b.html#top`,
    `ftp://files.${random.pick(HOSTS)}/pub/${random.int(1, 99)}.txt`,
    `www.${random.pick(HOSTS)}/profile/${random.pick(FIRST)}`,
    `wss://live.${random.pick(HOSTS)}:8443/socket`,
  ]);

const LICENSES = [
  '@#######',
  '########',
  '@###-####-####',
  '@###-###-##-###-#',
  '@############',
  '#########',
  '@########',
  '@@######@',
  '@#### ##### #####',
];
const PASSPORTS = [
  '#########',
  '@########',
  '@@#######',
  'C01X00T47',
  '##@@#####',
  '@@######',
  '@#######',
  'G########',
  'M########',
];

/** Values of the open corpus. */
export const openValues: Makers = {
  US_SSN: (random) => split(ssnDigits(random), [3, 2, 4], random.pick(['-', '-', '-', ' ', '.'])),
  flatSsn: ssnDigits,
  EMAIL: email,
  PAYMENT_CARD: card,
  PHONE: (random) => random.fill(random.pick(PHONES)),
  IBAN: iban,
  IPV4: ipv4,
  IPV6: ipv6,
  MAC_ADDRESS: mac,
  URL: url,
  US_ABA_ROUTING: abaDigits,
  US_NPI: npiDigits,
  UK_NHS: (random) => split(nhsDigits(random), [3, 3, 4], random.pick([' ', '', '-'])),
  PASSPORT: (random) => random.fill(random.pick(PASSPORTS)),
  DRIVERS_LICENSE: (random) => random.fill(random.pick(LICENSES)),
  US_ZIP: (random) =>
    random.pick([
      '94107',
      '10001',
      '60614',
      '02139',
      '73301',
      '33101',
      '98101',
      '80202',
      '30301',
      '19104-2601',
      '48226-1234',
      '00501',
    ]),
  DATE_OF_BIRTH: birthDate,
  CRYPTO_WALLET: (random) =>
    random.pick([
      base58Address(random, 0),
      base58Address(random, 5),
      bech32Address(random, 'bc', 0, 32),
      bech32Address(random, 'bc', 1, 52),
      ethereumAddress(random),
      ethereumAddress(random).toLowerCase(),
      base58Address(random, 0x30),
      base58Address(random, 0x41),
    ]),
  AGE: (random) => String(random.int(0, 104)),
  POSTAL_ADDRESS: (random) =>
    `${random.int(1, 9999)} ${random.pick(['Oak Street', 'Rue de Lyon', 'Hauptstrasse', 'High Road', 'Main St Apt 4'])}`,
  PERSON_ID: (random) => random.pick([`u-${random.digits(6)}`, random.digits(7), `C${random.digits(5)}`]),
  name: (random) => `${random.pick(FIRST)} ${random.pick(LAST)}`,
};
