import { PII_KINDS, type PiiKind } from '@weir/pii';
import type { Found } from '@weir/pii/corpus';
import { OpenRedaction } from 'openredaction';

/** What openredaction calls the types that both know. */
const TYPES: Partial<Readonly<Record<PiiKind, readonly string[]>>> = {
  US_SSN: ['SSN'],
  EMAIL: ['EMAIL'],
  PAYMENT_CARD: ['CREDIT_CARD'],
  PHONE: ['PHONE_US', 'PHONE_UK', 'PHONE_UK_MOBILE', 'PHONE_INTERNATIONAL', 'PHONE_LINE_NUMBER'],
  IBAN: ['IBAN', 'UK_BANK_ACCOUNT_IBAN'],
  IPV4: ['IPV4'],
  IPV6: ['IPV6'],
  MAC_ADDRESS: ['MAC_ADDRESS'],
  US_ABA_ROUTING: ['ROUTING_NUMBER_US'],
  US_NPI: ['NPI_NUMBER'],
  UK_NHS: ['NHS_NUMBER'],
  PASSPORT: ['PASSPORT_UK', 'PASSPORT_US', 'PASSPORT_MRZ_TD3', 'RUSSIAN_PASSPORT', 'NEW_ZEALAND_PASSPORT'],
  DRIVERS_LICENSE: ['DRIVING_LICENSE_UK', 'DRIVING_LICENSE_US', 'NEW_ZEALAND_DRIVER_LICENSE', 'DRIVER_ID'],
  US_ZIP: ['ZIP_CODE_US'],
  DATE_OF_BIRTH: ['DATE_OF_BIRTH'],
  CRYPTO_WALLET: [
    'BITCOIN_ADDRESS',
    'ETHEREUM_ADDRESS',
    'LITECOIN_ADDRESS',
    'RIPPLE_ADDRESS',
    'SOLANA_ADDRESS',
    'CARDANO_ADDRESS',
  ],
};

/** The types that both know. It has no type for URLs. */
export const SHARED_KINDS: readonly PiiKind[] = PII_KINDS.filter((kind) => TYPES[kind] !== undefined);

const kinds = new Map(SHARED_KINDS.flatMap((kind) => (TYPES[kind] ?? []).map((type) => [type, kind] as const)));

/** How openredaction is set up: as it comes, or looking for the shared types only. */
export type Setup = 'as it comes' | 'shared types only';

/** openredaction in one of its two set-ups. */
export function openRedaction(setup: Setup): (text: string) => Promise<Found[]> {
  const engine = new OpenRedaction(setup === 'as it comes' ? {} : { patterns: [...kinds.keys()] });
  return async (text) => {
    const { detections } = await engine.detect(text);
    return detections.flatMap(({ type, position: [start, end] }) => {
      const kind = kinds.get(type.replace(/_\d+$/, ''));
      // Some of its matches end with the space behind them.
      return kind ? [{ kind, start, end: start + text.slice(start, end).trimEnd().length }] : [];
    });
  };
}
