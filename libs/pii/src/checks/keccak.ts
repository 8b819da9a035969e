// Keccak-256 as Ethereum uses it: the padding of the original submission, which node:crypto does not have. A lane of
// 64 bits is two words of 32, the lower one first.
const RATE = 136;
const ROUNDS = 24;
const LANES = 25;

const ROTATIONS = [0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14];

const CONSTANTS = roundConstants();

/** From the shift register x^8 + x^6 + x^5 + x^4 + 1. */
function roundConstants(): Uint32Array {
  const words = new Uint32Array(2 * ROUNDS);
  let register = 1;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let power = 0; power < 7; power += 1) {
      const bit = 2 ** power - 1;
      const word = 2 * round + (bit >> 5);
      if (register & 1) words[word] = (words[word] ?? 0) ^ (1 << (bit & 31));
      register = register & 0x80 ? ((register << 1) ^ 0x171) & 0xff : register << 1;
    }
  }
  return words;
}

const at = (words: Uint32Array, index: number): number => words[index] ?? 0;

/** Writes one lane turned to the left to another place. */
function turn(from: Uint32Array, source: number, by: number, to: Uint32Array, target: number): void {
  const isSwapped = by >= 32;
  const low = at(from, 2 * source + Number(isSwapped));
  const high = at(from, 2 * source + Number(!isSwapped));
  const shift = by & 31;
  to[2 * target] = shift === 0 ? low : (low << shift) | (high >>> (32 - shift));
  to[2 * target + 1] = shift === 0 ? high : (high << shift) | (low >>> (32 - shift));
}

function permute(lanes: Uint32Array): void {
  const parity = new Uint32Array(10);
  const turned = new Uint32Array(10);
  const moved = new Uint32Array(2 * LANES);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let word = 0; word < 10; word += 1) {
      parity[word] =
        at(lanes, word) ^ at(lanes, word + 10) ^ at(lanes, word + 20) ^ at(lanes, word + 30) ^ at(lanes, word + 40);
    }
    for (let x = 0; x < 5; x += 1) turn(parity, x, 1, turned, x);
    for (let word = 0; word < 2 * LANES; word += 1) {
      const column = word % 10;
      lanes[word] = at(lanes, word) ^ at(parity, (column + 8) % 10) ^ at(turned, (column + 2) % 10);
    }
    for (let lane = 0; lane < LANES; lane += 1) {
      const [x, y] = [lane % 5, Math.floor(lane / 5)];
      turn(lanes, lane, ROTATIONS[lane] ?? 0, moved, y + 5 * ((2 * x + 3 * y) % 5));
    }
    for (let word = 0; word < 2 * LANES; word += 1) {
      const row = word - (word % 10);
      lanes[word] = at(moved, word) ^ (~at(moved, row + ((word + 2) % 10)) & at(moved, row + ((word + 4) % 10)));
    }
    lanes[0] = at(lanes, 0) ^ at(CONSTANTS, 2 * round);
    lanes[1] = at(lanes, 1) ^ at(CONSTANTS, 2 * round + 1);
  }
}

/** The Keccak-256 hash of a text of ASCII, in lower-case hex. */
export function keccak256(text: string): string {
  const length = Math.ceil((text.length + 1) / RATE) * RATE;
  const padded = Buffer.alloc(length);
  padded.write(text, 'latin1');
  padded[text.length] = 0x01;
  padded[length - 1] = (padded[length - 1] ?? 0) | 0x80;
  const lanes = new Uint32Array(2 * LANES);
  for (let block = 0; block < length; block += RATE) {
    for (let word = 0; word < RATE / 4; word += 1)
      lanes[word] = at(lanes, word) ^ padded.readUInt32LE(block + 4 * word);
    permute(lanes);
  }
  const hash = Buffer.alloc(32);
  for (let word = 0; word < 8; word += 1) hash.writeUInt32LE(at(lanes, word), 4 * word);
  return hash.toString('hex');
}

/** Whether the case of an Ethereum address's letters is its checksum (EIP-55). */
export function passesEip55(address: string): boolean {
  const hex = address.slice(2);
  const hash = keccak256(hex.toLowerCase());
  for (let index = 0; index < hex.length; index += 1) {
    const one = hex.charAt(index);
    const isUpper = parseInt(hash.charAt(index), 16) >= 8;
    if (one !== (isUpper ? one.toUpperCase() : one.toLowerCase())) return false;
  }
  return true;
}
