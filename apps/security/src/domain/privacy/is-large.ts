import { isContainer, type JsonValue } from './json-value.ts';
import type { ScanContent } from './scan-job.ts';

/** What is scanned at once on the thread that also answers calls: a few milliseconds of work. */
const LARGE_CHARACTERS = 16_384;
/** A number, a name or an empty value costs something, too. */
const EACH = 8;

/** Whether a content takes long enough to scan that other calls would notice. Looks no further than it must. */
export function isLarge(content: ScanContent): boolean {
  if ('text' in content) return content.text.length > LARGE_CHARACTERS;
  let left = LARGE_CHARACTERS;
  const count = (value: JsonValue): void => {
    left -= EACH + (typeof value === 'string' ? value.length : 0);
    if (left <= 0 || !isContainer(value)) return;
    for (const one of Object.values(value)) count(one);
  };
  for (const record of content.records) {
    count(record);
    if (left <= 0) return true;
  }
  return false;
}
