import { labelsIn } from './labels.ts';
import type { Meaning } from './label-words.ts';

// Parts of an object that says what they are: customer.address.line1.
const PARTS = /^(?:value|text|number|no|nr|line ?\d?|full|raw|main|primary|street ?\d?|\d+|home|work|current|id)$/i;
const MAX_KNOWN = 4_096;

const known = new Map<string, Meaning | undefined>();

/** What the name of a field says about its values: "customer.contact.phone_number" is PHONE. */
export function fieldMeaning(path: string): Meaning | undefined {
  if (known.has(path)) return known.get(path);
  // Names come from callers: what is kept of them is bounded.
  if (known.size >= MAX_KNOWN) known.clear();
  const meaning = read(path);
  known.set(path, meaning);
  return meaning;
}

function read(path: string): Meaning | undefined {
  const segments = path.replace(/\[\d*\]/g, '').split('.');
  const last = segments.at(-1) ?? '';
  const own = meaningOf(last);
  if (own !== undefined && !(own === 'OTHER_ID' && PARTS.test(last))) return own;
  const parent = segments.at(-2);
  return parent !== undefined && PARTS.test(last.replaceAll('_', ' ')) ? meaningOf(parent) : own;
}

/** The last label counts: an "email_address" is an email, a "phone_type" is none. */
function meaningOf(name: string): Meaning | undefined {
  const spaced = name.replace(/[_-]+/g, ' ').replace(/(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})/gu, ' ');
  if (
    /\b(?:hash|masked|token|type|kind|status|verified|count|flag|format|label|provider name|country|domain|days|hours|minutes|seconds|ms)$/i.test(
      spaced.trim(),
    )
  )
    return undefined;
  const labels = labelsIn(spaced);
  return (labels.find(({ meaning }) => meaning !== 'OTHER_ID' && meaning !== 'OTHER_DATE') ?? labels[0])?.meaning;
}
