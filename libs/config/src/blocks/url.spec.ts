import { secretUrl, url } from './url.ts';

describe('url', () => {
  it('keeps a URL of a protocol that is allowed as it is written', () => {
    expect(url('http', 'https').parse('http://127.0.0.1:4318')).toBe('http://127.0.0.1:4318');
  });

  it.each(['127.0.0.1:4318', 'ftp://x', 'http//x', 'nothing'])('refuses %s', (text) =>
    expect(url('http', 'https').safeParse(text).success).toBe(false),
  );

  it('hides one that may hold a password', () => {
    const database = secretUrl('postgres', 'postgresql').parse('postgres://weir:hunter2@db/weir');

    expect(String(database)).toBe('[secret]');
    expect(database.reveal()).toContain('hunter2');
  });
});
