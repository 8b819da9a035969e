import { PiiType, type MaskOperator } from '@weir/contracts/security';

interface Ends {
  readonly first: number;
  readonly last: number;
}

const MAX_CARD_FIRST = 8;
const SHORT = 8;
const COUNTED = /[\p{L}\p{N}]/u;

/** Hides all but the ends of a value; separators stay, and never less than half of the characters is hidden. */
export function masked(value: string, type: PiiType, { keepFirst, keepLast, maskCharacter }: MaskOperator): string {
  const cover = maskCharacter === '' ? '*' : maskCharacter;
  const at = value.lastIndexOf('@');
  if (keepFirst === undefined && keepLast === undefined && at > 0) return maskedEmail(value, at, cover);
  const characters = Array.from(value);
  const counted = characters.filter((one) => COUNTED.test(one)).length;
  const { first, last } = endsOf(type, { keepFirst, keepLast }, counted);
  let seen = 0;
  return characters
    .map((one) => {
      if (!COUNTED.test(one)) return one;
      seen += 1;
      return seen <= first || seen > counted - last ? one : cover;
    })
    .join('');
}

// One character for the rest of the name, whatever its length.
const maskedEmail = (value: string, at: number, cover: string): string => {
  const [first = ''] = value.replace(/^"/, '');
  return `${first}${cover.repeat(3)}${value.slice(at)}`;
};

function endsOf(type: PiiType, { keepFirst, keepLast }: Partial<MaskOperator>, counted: number): Ends {
  const usual = usualEnds(type, counted);
  const isGiven = keepFirst !== undefined || keepLast !== undefined;
  const first = isGiven ? (keepFirst ?? 0) : usual.first;
  const last = isGiven ? (keepLast ?? 0) : usual.last;
  const limited = type === PiiType.PAYMENT_CARD ? Math.min(first, MAX_CARD_FIRST) : first;
  // A card shows its issuer and 4 digits (PCI DSS 3.4.1); of anything else half is hidden at least.
  const most = type === PiiType.PAYMENT_CARD ? counted - 4 : Math.floor(counted / 2);
  return limited + last <= most ? { first: limited, last } : { first: 0, last: 0 };
}

function usualEnds(type: PiiType, counted: number): Ends {
  if (type === PiiType.PAYMENT_CARD) return { first: 6, last: 4 };
  if (type === PiiType.PHONE) return { first: 0, last: 4 };
  return { first: 0, last: counted > SHORT ? 4 : 0 };
}
