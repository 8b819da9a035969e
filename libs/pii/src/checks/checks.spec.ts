import { base58CheckVersion, isBase58Key, XRP_ALPHABET } from './base58.ts';
import { passesBech32 } from './bech32.ts';
import { isDay } from './calendar.ts';
import { isIpv6 } from './ip-address.ts';
import { keccak256, passesEip55 } from './keccak.ts';
import { passesLuhn, passesNpi } from './luhn.ts';
import { passesMod97 } from './mod97.ts';
import { passesAba, passesMod11 } from './weighted.ts';

describe('published examples', () => {
  it.each([
    ['Luhn', passesLuhn, '79927398713', '79927398710'],
    ['NPI', passesNpi, '1234567893', '1234567890'],
    ['NHS', passesMod11, '9434765919', '9434765918'],
    ['ABA', passesAba, '122105155', '122105154'],
    ['mod 97', passesMod97, 'GB82WEST12345698765432', 'GB82WEST12345698765431'],
    [
      'Bech32',
      passesBech32,
      'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5',
    ],
    [
      'Bech32m',
      passesBech32,
      'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
      'bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4',
    ],
    ['EIP-55', passesEip55, '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD'],
    ['IPv6', isIpv6, '2001:db8::192.0.2.1', '2001:db8:::1'],
    ['IPv6 in full', isIpv6, '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7'],
    [
      'Solana',
      isBase58Key,
      '7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV',
      '7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFL0V',
    ],
  ])('of %s pass, and fail when changed', (_, check, right, wrong) => {
    expect(check(right)).toBe(true);
    expect(check(wrong)).toBe(false);
  });

  it('of Keccak-256 have their hash, also over more than one block', () => {
    expect(keccak256('')).toBe('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
    expect(keccak256('abc')).toBe('4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45');
    expect(keccak256('a'.repeat(136))).toBe('a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e');
  });

  it('of Base58Check tell their version', () => {
    expect(base58CheckVersion('1BoatSLRHtKNngkdXEeobR76b53LETtpyT')).toBe(0);
    expect(base58CheckVersion('1BoatSLRHtKNngkdXEeobR76b53LETtpyU')).toBeUndefined();
    expect(base58CheckVersion('rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh', XRP_ALPHABET)).toBe(0);
  });

  it('of the calendar have their leap years', () => {
    expect([
      isDay(2000, 2, 29),
      isDay(1900, 2, 29),
      isDay(2023, 2, 29),
      isDay(2024, 2, 29),
      isDay(2024, 13, 1),
    ]).toEqual([true, false, false, true, false]);
  });
});
