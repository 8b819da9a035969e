import type { Recognizer } from '../recognizer.ts';
import { age, personId, postalAddress } from './by-field.ts';
import { cryptoWallet } from './crypto-wallet.ts';
import { dateOfBirth } from './date-of-birth.ts';
import { driversLicense } from './drivers-license.ts';
import { email } from './email.ts';
import { ukNhs, usNpi } from './health-numbers.ts';
import { iban } from './iban.ts';
import { ipv4, ipv6 } from './ip-addresses.ts';
import { macAddress } from './mac-address.ts';
import { passport } from './passport.ts';
import { paymentCard } from './payment-card.ts';
import { phone } from './phone.ts';
import { url } from './url.ts';
import { usAbaRouting } from './us-aba-routing.ts';
import { usSsn } from './us-ssn.ts';
import { usZip } from './us-zip.ts';

/** Every recogniser that is built in, by id. */
export const RECOGNIZERS: readonly Recognizer[] = [
  age,
  cryptoWallet,
  dateOfBirth,
  driversLicense,
  email,
  iban,
  ipv4,
  ipv6,
  macAddress,
  passport,
  paymentCard,
  personId,
  phone,
  postalAddress,
  ukNhs,
  url,
  usAbaRouting,
  usNpi,
  usSsn,
  usZip,
];
