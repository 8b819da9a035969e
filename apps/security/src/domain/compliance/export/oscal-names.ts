import type { Json } from './canonical-json.ts';

const NAMESPACE = 'https://weir.dev/ns/oscal';

/** A property of Weir's own. */
export const prop = (name: string, value: string): Json => ({ name, ns: NAMESPACE, value });

/** The id of a control as a token of OSCAL: "gdpr.art-32-1-a" for "Art. 32(1)(a)". */
export const oscalControlId = (label: string, controlId: string): string =>
  `${label.toLowerCase().replace('_', '-')}.${controlId
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.]+/gu, '-')
    .replace(/\.-/g, '-')
    .replace(/^-|-$/g, '')}`;
