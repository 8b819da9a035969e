import { isCatastrophic } from './ambiguity.ts';

describe('a pattern', () => {
  it.each([
    '(a+)+$',
    '(a|a)*b',
    '(a|aa)+$',
    '([a-zA-Z]+)*x',
    '^(\\w+\\s?)*$',
    '(x+x+)+y',
    '(\\w+\\d+)+z',
    '(.*)*x',
    '(a*)*b',
    '((a{1,10}){1,10})*b',
    '(ab|a|bab)*x',
    '(?P<word>[a-z]+)+!',
    '(?i)(a+)+$',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
  ])('%s can take exponential time', (pattern) => {
    expect(isCatastrophic(pattern)).toBe(true);
  });

  it.each([
    'EMP-\\d{6}',
    '\\b[A-Z]{2}-\\d+(?:-\\d+)*\\b',
    '(?:[a-z0-9]+\\.)+com',
    '[A-Z]{3}\\d{4,10}',
    '[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+',
    '(?:\\d{4} ){3}\\d{4}',
    '(a|b|c)*d',
    '(ab|a)c',
    '\\s*x',
    '.*foo.*bar',
    '\\pL+ \\d+',
    '[A-Z]{1,200}',
  ])('%s cannot', (pattern) => {
    expect(isCatastrophic(pattern)).toBe(false);
  });

  it('that is too large to tell counts as one that can', () => {
    expect(isCatastrophic('([a-z]{100}){100}')).toBe(true);
  });
});
