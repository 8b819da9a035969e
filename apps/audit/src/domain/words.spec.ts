import fc from 'fast-check';
import { wordsIn } from './words.ts';

describe('the words of a text', () => {
  it('are in lower case, each once, and cut where they are too long', () => {
    expect(wordsIn('Flights of ÅNGSTRÖM, flights_2 of 2')).toEqual(['flights', 'of', 'ångström', 'flights_2', '2']);
    expect(wordsIn('x'.repeat(100))).toEqual(['x'.repeat(64)]);
  });

  it('are the same with and without a letter beyond ASCII in the text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        expect([...new Set([...wordsIn(text), 'ü'])]).toEqual(wordsIn(`${text} Ü`));
      }),
    );
  });
});
