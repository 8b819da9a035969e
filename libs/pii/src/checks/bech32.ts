const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BECH32 = 1;
const BECH32M = 0x2bc830a3;

function polymod(values: readonly number[]): number {
  let checksum = 1;
  for (const value of values) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of GENERATOR.entries()) if ((top >> bit) & 1) checksum ^= generator;
  }
  return checksum >>> 0;
}

/** Whether the checksum of a Bech32 (BIP 173) or Bech32m (BIP 350) text holds; its letters must be of one case. */
export function passesBech32(text: string): boolean {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return false;
  const divide = lower.lastIndexOf('1');
  const prefix = lower.slice(0, divide);
  const data = Array.from(lower.slice(divide + 1), (one) => ALPHABET.indexOf(one));
  if (divide < 1 || data.length < 6 || data.includes(-1)) return false;
  const codes = Array.from(prefix, (one) => one.charCodeAt(0));
  const checksum = polymod([...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...data]);
  return checksum === BECH32 || checksum === BECH32M;
}
