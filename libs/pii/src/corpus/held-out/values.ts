import { abaDigits, ibanOf, luhnDigits, nhsDigits, npiDigits, ssnDigits } from '../checked-numbers.ts';
import type { Random } from '../random.ts';
import { PLANS, NUMBERS } from './formats.ts';
import type { Makers } from '../sample.ts';
import { base58Address, bech32Address, ethereumAddress } from '../wallets.ts';
import { birthDates } from './birth-dates.ts';

const cut = (text: string, lengths: readonly number[], glue: string): string => {
  const parts: string[] = [];
  let from = 0;
  for (const length of lengths) {
    parts.push(text.slice(from, from + length));
    from += length;
  }
  return parts.join(glue);
};

/** The same digits in another script. */
const scripted = (text: string, zero: number): string =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

const PEOPLE = [
  'Ebele Eze',
  'Søren Lund',
  'Chloé Martin',
  'Ravi Iyer',
  'Yuki Sato',
  "Sean O'Neil",
  'Lucía Peña',
  'Tom Baker',
];
const DOMAINS = [
  'northwind.net',
  'sub.dept.contoso.edu',
  'hospital.nhs.uk',
  'free.fr',
  'proton.me',
  'firma.com.pl',
  'café.example',
  'deep.a.b.example.co.jp',
];

const emailOf = (random: Random): string => {
  const user = random.fill(
    random.pick([
      'k.lopez',
      'e.eze+tag-#',
      "o'neil",
      'info',
      'a',
      'first.middle.last',
      'USER_##',
      'x-##.y',
      '"odd.but.valid"',
      '#####',
      'jürgen',
    ]),
  );
  return `${user}@${random.pick(DOMAINS)}`;
};

const cardOf = (random: Random): string => {
  const [prefix, length, groups] = random.pick(PLANS);
  const digits = luhnDigits(random, prefix, length);
  return random.pick([
    digits,
    digits,
    cut(digits, groups, ' '),
    cut(digits, groups, '-'),
    cut(digits, groups, '\u00a0'),
    scripted(digits, 0xff10),
  ]);
};

const ip4 = (random: Random): string =>
  `${random.int(11, 199)}.${random.int(0, 255)}.${random.int(0, 255)}.${random.int(0, 255)}`;

const ip6 = (random: Random): string => {
  const hex = (): string => random.int(0x1000, 0xffff).toString(16);
  return random.pick([
    `2001:0db8:85a3:0000:0000:8a2e:0370:${hex()}`,
    `2607:f8b0:${hex()}:${hex()}::${hex()}`,
    `::${random.int(1, 9)}`,
    `fd00:${hex()}::${hex()}:${hex()}`,
    `fe80::${hex()}:${hex()}%en0`,
    `64:ff9b::${ip4(random)}`,
    `2A00:1450:${hex().toUpperCase()}::${hex().toUpperCase()}`,
    `ff02::1:ff${random.int(10, 99)}:${hex()}`,
  ]);
};

const LICENCES = [
  '@###-####-####',
  '@########',
  '#######',
  'WDL#@@##@@@##',
  '@##-##-####',
  '@@##-######',
  '@###-####-####-##',
  '@###-#####-######',
  '#### ### ###',
];
const TRAVEL = [
  '#########',
  '@@#######',
  '@########',
  '##@@#####',
  '@@######',
  'L01X00T4#',
  '@#######',
  '## #######',
  '@@@######',
];

/** Values of the held-out corpus. */
export const heldOutValues: Makers = {
  US_SSN: (random) => cut(ssnDigits(random), [3, 2, 4], random.pick(['-', '-', ' ', '\u2011', '\u2013'])),
  plainSsn: (random) =>
    random.pick([ssnDigits(random), cut(ssnDigits(random), [3, 2, 4], '-'), scripted(ssnDigits(random), 0x660)]),
  EMAIL: emailOf,
  PAYMENT_CARD: cardOf,
  PHONE: (random) => random.fill(random.pick(NUMBERS)),
  localPhone: (random) =>
    random.fill(
      random.pick(['^## ####', '1##########', '0### ######', '##########', '## ## ## ##', '^##-####', '0## #### ####']),
    ),
  IBAN: (random) => {
    const account = ibanOf(random);
    return random.pick([
      account,
      account.replace(/(.{4})(?=.)/g, '$1 '),
      account.replace(/(.{4})(?=.)/g, '$1\u00a0'),
      account.toLowerCase().replace(/(.{4})(?=.)/g, '$1 '),
    ]);
  },
  IPV4: ip4,
  IPV6: ip6,
  MAC_ADDRESS: (random) => {
    const hex = random.text(12, random.pick(['0123456789abcdef', '0123456789ABCDEF']));
    return random.pick([
      cut(hex, [2, 2, 2, 2, 2, 2], ':'),
      cut(hex, [2, 2, 2, 2, 2, 2], '-'),
      cut(`${hex.slice(0, 11)}c`, [4, 4, 4], '.'),
    ]);
  },
  URL: (random) =>
    `${random.pick(['https', 'http', 'HTTPS', 'sftp'])}://${random.pick(['', 'www.', 'api.', 'user@'])}${random.pick(DOMAINS)}${random.pick(['', ':8443', '/', '/a_(b)/c', '/q?x=1&y=%20z#frag', '/~jo/file.tar.gz', '?token=ab-12'])}`,
  bareUrl: (random) =>
    `${random.pick(['www.', 'www2.'])}${random.pick(['northwind.net', 'shop.example.com', 'free.fr'])}${random.pick(['', '/x/y', '/?q=1'])}`,
  US_ABA_ROUTING: abaDigits,
  US_NPI: npiDigits,
  UK_NHS: (random) => cut(nhsDigits(random), [3, 3, 4], random.pick([' ', ' ', '-', ''])),
  PASSPORT: (random) => random.fill(random.pick(TRAVEL)),
  DRIVERS_LICENSE: (random) => random.fill(random.pick(LICENCES)),
  british: (random) =>
    `${random.pick(['JONES', 'SMIT9', 'OKAFO', 'LEE99'])}${random.int(0, 9)}${random.pick(['01', '12', '55', '61'])}${random.pick(['05', '17', '28'])}${random.int(0, 9)}${random.pick(['AB', 'J9'])}${random.int(2, 9)}${random.pick(['XY', 'AA', 'KL'])}`,
  US_ZIP: (random) =>
    random.pick([
      '85004',
      '55401',
      '37203',
      '98052-6399',
      '04101',
      '29401',
      '66045-7523',
      '97205',
      '20500',
      '89109',
      '78701-1234',
      '15213',
    ]),
  DATE_OF_BIRTH: birthDates,
  CRYPTO_WALLET: (random) =>
    random.pick([
      base58Address(random, 0),
      base58Address(random, 5),
      base58Address(random, 0x1e),
      base58Address(random, 0x4c),
      ethereumAddress(random),
      ethereumAddress(random),
      bech32Address(random, 'bc', 0, 52),
      bech32Address(random, 'bc', 0, 32).toUpperCase(),
      bech32Address(random, 'ltc', 0, 32),
      bech32Address(random, 'tb', 1, 52),
    ]),
  AGE: (random) => String(random.int(1, 99)),
  POSTAL_ADDRESS: (random) =>
    random.pick([
      `Flat ${random.int(1, 40)}, 9 Elm Grove`,
      `Calle Mayor ${random.int(1, 200)}, 3º B`,
      `P.O. Box ${random.int(10, 9999)}`,
      `${random.int(10, 999)} W 42nd St`,
    ]),
  PERSON_ID: (random) => random.fill(random.pick(['USR########', '#####-@', 'auth0|########'])),
  person: (random) => random.pick(PEOPLE),
};
