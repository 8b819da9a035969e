import { GeneralizationMethod, PiiType } from '@weir/contracts/security';
import { yearsSince } from './birth-date.ts';

// Fewer than 20,000 people live there (2010 census): 45 CFR 164.514(b)(2)(i)(B).
const SMALL_AREAS = new Set('036 059 063 102 203 205 369 556 692 753 772 821 823 878 879 884 893'.split(' '));
const OLDEST = 89;

/** Says less than the value does; undefined where it cannot, and the value has to go. */
export function generalized(value: string, type: PiiType, method: GeneralizationMethod, now: Date): string | undefined {
  switch (method === GeneralizationMethod.UNSPECIFIED ? methodFor(type) : method) {
    case GeneralizationMethod.ZIP3:
      return zip3(value);
    case GeneralizationMethod.AGE_OVER_89:
      return ageOver89(value, now);
    case GeneralizationMethod.YEAR:
      return yearsSince(value, now)?.year;
    default:
      return undefined;
  }
}

function methodFor(type: PiiType): GeneralizationMethod {
  if (type === PiiType.US_ZIP) return GeneralizationMethod.ZIP3;
  const isAge = type === PiiType.AGE || type === PiiType.DATE_OF_BIRTH;
  return isAge ? GeneralizationMethod.AGE_OVER_89 : GeneralizationMethod.UNSPECIFIED;
}

function zip3(value: string): string | undefined {
  const [, area] = /^\s*(\d{3})\d{2}(?:[- ]?\d{4})?\s*$/.exec(value) ?? [];
  return area === undefined ? undefined : SMALL_AREAS.has(area) ? '000' : area;
}

/** An age, or a date of birth. */
function ageOver89(value: string, now: Date): string | undefined {
  if (/^\s*\d{1,3}(?:\.0+)?\s*$/.test(value)) return Number(value) > OLDEST ? '90+' : String(Number(value));
  const born = yearsSince(value, now);
  if (!born) return undefined;
  return born.years > OLDEST ? '90+' : born.year;
}
