/** A name as SQL takes it, whatever is in it. */
export const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Text as SQL takes it, whatever is in it. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Several names, separated by commas. */
export const idents = (names: readonly string[]): string => names.map(ident).join(', ');
