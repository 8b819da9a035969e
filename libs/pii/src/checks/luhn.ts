/** The Luhn check (ISO/IEC 7812-1) over a text of digits. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  let isDoubled = false;
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    let digit = digits.charCodeAt(index) - 48;
    if (isDoubled) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
    isDoubled = !isDoubled;
  }
  return digits.length > 0 && sum % 10 === 0;
}

/** The NPI check: Luhn with the prefix 80840 of health cards in the USA. */
export const passesNpi = (digits: string): boolean => digits.length === 10 && passesLuhn(`80840${digits}`);
