import { progressLine } from './progress-line.ts';

/** What appears on a stream while a line shows three texts. */
function shown(isTTY: boolean): string {
  let written = '';
  const write = (text: string | Uint8Array): boolean => {
    written += String(text);
    return true;
  };
  {
    using line = progressLine({ isTTY, columns: 11, write });
    for (const text of ['one', 'two', 'a line that would wrap']) line.show(text);
  }
  return written;
}

describe('a progress line', () => {
  it('replaces itself on a terminal, fits there and is gone at the end', () => {
    const clear = '\r\x1b[2K';
    expect(shown(true)).toBe(`${clear}one${clear}two${clear}a line tha${clear}`);
  });

  it('writes nothing where nobody watches', () => {
    expect(shown(false)).toBe('');
  });
});
