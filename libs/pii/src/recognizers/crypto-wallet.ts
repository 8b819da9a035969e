import { base58CheckVersion, isBase58Key, XRP_ALPHABET } from '../checks/base58.ts';
import { passesBech32 } from '../checks/bech32.ts';
import { passesEip55 } from '../checks/keccak.ts';
import type { Recognizer } from '../recognizer.ts';
import { matches } from '../text/matches.ts';

const WORD = /(?<![A-Za-z0-9])[A-Za-z0-9]{25,110}(?![A-Za-z0-9])/g;
const BASE58 = /^[1-9A-HJ-NP-Za-km-z]{25,44}$/;
const BECH32 = /^(?:bc1|tb1|ltc1|addr1|bnb1|cosmos1|osmo1|nano_|stake1)[a-z0-9]+$/i;
const ETHEREUM = /^0x[0-9a-f]{40}$/i;

// Bitcoin, its test network, Litecoin, Dogecoin, Dash, Tron, Zcash scripts of one byte.
const VERSIONS = new Set([0x00, 0x05, 0x6f, 0xc4, 0x30, 0x32, 0x1e, 0x16, 0x4c, 0x10, 0x41]);

/** Addresses of crypto wallets. */
export const cryptoWallet: Recognizer = {
  id: 'crypto-wallet',
  kind: 'CRYPTO_WALLET',
  description:
    'Base58Check (Bitcoin, Litecoin, Dogecoin, Dash, Tron, XRP), Bech32 or Bech32m (Bitcoin, Litecoin, Cardano), Ethereum with EIP-55 where its case is mixed; Solana beside words for it.',
  source: 'BIP 13, BIP 173, BIP 350, EIP-55',
  regions: [],
  needs: { longest: 25 },
  find(scanned, emit) {
    for (const { index, 0: word } of matches(WORD, scanned.text)) {
      const end = index + word.length;
      if (ETHEREUM.test(word)) {
        const hex = word.slice(2);
        const isMixed = hex !== hex.toLowerCase() && hex !== hex.toUpperCase();
        if (!isMixed) emit(index, end, 0.8, false);
        else if (passesEip55(word)) emit(index, end, 0.98, true);
      } else if (BECH32.test(word) ? passesBech32(word) : isBase58Address(word)) emit(index, end, 0.98, true);
      else if (word.length >= 32 && BASE58.test(word) && scanned.isLabelled('CRYPTO_WALLET', index, end)) {
        if (isBase58Key(word)) emit(index, end, 0.7, false);
      }
    }
  },
};

function isBase58Address(word: string): boolean {
  if (word.length > 36 || !/\d/.test(word)) return false;
  if (word.startsWith('r') && base58CheckVersion(word, XRP_ALPHABET) === 0) return true;
  const version = BASE58.test(word) ? base58CheckVersion(word) : undefined;
  return version !== undefined && VERSIONS.has(version);
}
