import type { Recognizer } from '../recognizer.ts';
import { matches } from '../text/matches.ts';

const SEPARATED =
  /(?<![\w:-])(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})(?![\w]|[:-][0-9a-f]{2}|\.[0-9a-f])/gi;
const TOGETHER = /(?<![\w-])[0-9a-f]{12}(?![\w-])/gi;

/** MAC addresses of 48 bits. */
export const macAddress: Recognizer = {
  id: 'mac-address',
  kind: 'MAC_ADDRESS',
  description: 'Six bytes of hex with colons or dashes, three groups with dots, or together beside words for it.',
  source: 'IEEE 802',
  regions: [],
  needs: {},
  find(scanned, emit) {
    if (scanned.text.length < 12) return;
    for (const match of matches(SEPARATED, scanned.text)) {
      const { index, 0: found } = match;
      if (/^[0.:-]+$/.test(found)) continue;
      const isDotted = found.includes('.');
      // 1234.5678.9012 is a number unless words say otherwise.
      const isPlain = isDotted && !/[a-f]/i.test(found);
      if (!isPlain || scanned.isLabelled('MAC_ADDRESS', index, index + found.length)) {
        emit(index, index + found.length, isDotted ? 0.8 : 0.95, false);
      }
    }
    if (!scanned.mentions('MAC_ADDRESS')) return;
    for (const { index, 0: found } of matches(TOGETHER, scanned.text)) {
      if (scanned.isLabelled('MAC_ADDRESS', index, index + found.length)) emit(index, index + 12, 0.75, false);
    }
  },
};
