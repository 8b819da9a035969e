/** A set of small numbers as the bits of one. */
export const bitsOf = (values: readonly number[]): number => values.reduce((bits, value) => bits | (1 << value), 0);

/** The numbers whose bits are set, ascending. */
export const valuesOf = (bits: number): number[] =>
  Array.from({ length: 31 }, (_, value) => value).filter((value) => bits & (1 << value));
