/** A text as recognisers read it, and where its characters were before. */
export interface Folded {
  readonly text: string;
  /** By index of `text`, its length included; undefined: nothing moved. */
  readonly origins: Int32Array | undefined;
}

/** The zero of every set of decimal digits in wide use. */
const ZEROS = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040,
  0x17e0, 0x1810, 0xff10, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1fbf0,
];

const CHARACTERS: Readonly<Record<string, string>> = {
  '-': '\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63',
  ' ': '\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
  '.': '\u2024\uff61',
  "'": '\u2018\u2019\u201b\u02bc',
  '"': '\u201c\u201d\u201e\u201f',
  ':': '\ufe55\u2236\ua789',
  '@': '\ufe6b',
  '+': '\ufe62',
  '/': '\u2044\u2215',
  '': '\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff',
};

/** Letters of other scripts that look like Latin ones; they count as such within a word that has Latin in it. */
const LOOKALIKES = {
  latin: 'AaBEeKMHOoPpCcTyXxIiJjSsNnZvdhlqwgAaBEZHIKMNOoPTYXvuap',
  other: 'АаВЕеКМНОоРрСсТуХхІіЈјЅѕΝոΖѵԁһӏԛԝցΑαΒΕΖΗΙΚΜΝΟοΡΤΥΧνυаρ',
};

const single = new Map<number, string>();
for (const [plain, others] of Object.entries(CHARACTERS)) for (const one of others) single.set(codeOf(one), plain);
for (const zero of ZEROS) for (let digit = 0; digit < 10; digit += 1) single.set(zero + digit, String(digit));
for (let code = 0xff01; code <= 0xff5e; code += 1) single.set(code, String.fromCharCode(code - 0xfee0));

const lookalike = new Map(
  Array.from(LOOKALIKES.other, (one, index): [string, string] => [one, LOOKALIKES.latin.charAt(index)]),
);
const OTHER_THAN_ASCII = /[^\x00-\x7f]/;
const MIXED_WORD = /[\p{L}\p{N}]*(?:[A-Za-z0-9][\u0370-\u058f]|[\u0370-\u058f][A-Za-z0-9])[\p{L}\p{N}]*/gu;

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** Plain digits, dashes, spaces and letters for what looks like them; invisible characters are left out. */
export function fold(original: string): Folded {
  if (!OTHER_THAN_ASCII.test(original)) return { text: original, origins: undefined };
  const { text, origins } = foldCharacters(original);
  const plain = text.replace(MIXED_WORD, (word: string) =>
    Array.from(word, (one) => lookalike.get(one) ?? one).join(''),
  );
  return { text: plain, origins };
}

function foldCharacters(original: string): Folded {
  const origins: number[] = [];
  let text = '';
  let index = 0;
  for (const character of original) {
    const plain = single.get(codeOf(character)) ?? character;
    for (let unit = 0; unit < plain.length; unit += 1) origins.push(index + unit);
    text += plain;
    index += character.length;
  }
  origins.push(original.length);
  return { text, origins: text.length === original.length ? undefined : Int32Array.from(origins) };
}
