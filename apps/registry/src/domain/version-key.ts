/**
 * The precedence of a SemVer 2.0.0 version (https://semver.org/#spec-item-11) as ASCII text whose byte order is that
 * precedence: "1.2.0" is before "1.10.0", and "1.0.0-rc.1" before "1.0.0". Build metadata has no part in it.
 */
export function versionKey(version: string): string {
  const [, core = '', prerelease] = /^([^-+]*)(?:-([^+]*))?/.exec(version) ?? [];
  const triple = core.split('.').map(numberKey).join('');
  return prerelease === undefined ? triple + RELEASE : triple + prerelease.split('.').map(identifierKey).join('');
}

/** The start of the keys of every version with this "major.minor.patch". */
export const tripleKey = (triple: string): string => triple.split('.').map(numberKey).join('');

/** Follows every pre-release of the same triple; also the end of all keys, which begin with a digit or a letter. */
export const RELEASE = '~';

/** The least key that is greater than `key`, for versions. */
export const after = (key: string): string => `${key}\u0001`;

/** Whether a version is a pre-release. */
export const isPrerelease = (version: string): boolean => /^[^+]*-/.test(version);

// Numbers have no leading zeros: the one with more digits is greater.
const numberKey = (digits: string): string => digits.length.toString(36).padStart(2, '0') + digits;

// Numeric identifiers before the others; "!" is before every character of an identifier, so a prefix comes first.
const identifierKey = (identifier: string): string =>
  `${/^\d+$/.test(identifier) ? `0${numberKey(identifier)}` : `1${identifier}`}!`;
