import { distinctWords, searchQuery } from './words.ts';

describe('words', () => {
  it('are runs of letters and digits, without regard to case', () => {
    expect(distinctWords(['csv-profiler', 'CSV Profiler 2', 'stream_processing'])).toEqual([
      '2',
      'csv',
      'processing',
      'profiler',
      'stream',
    ]);
  });

  it('of other scripts count too', () => {
    expect(distinctWords(['Größe, Ümläute; 数据 清洗'])).toEqual(['größe', 'ümläute', '数据', '清洗']);
  });

  it('make a query whose last word may be unfinished', () => {
    expect(searchQuery('  Profile  cs')).toBe("'profile' & 'cs':*");
  });

  it('make no query out of punctuation, and nothing that a query could be made of', () => {
    expect(searchQuery('--- & | !')).toBe('');
    expect(searchQuery("x' | 'y")).toBe("'x' & 'y':*");
  });
});
