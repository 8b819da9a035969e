import fc from 'fast-check';
import { decodePageToken, encodePageToken } from './pages.ts';

const query = { tenant: 'acme', filter: { states: [1, 2], after: 5n } };

const refusal = expect.objectContaining({ reason: 'PAGE_TOKEN_INVALID' }) as unknown;

function decoded(asked: unknown, token: string): unknown {
  try {
    return decodePageToken(asked, token);
  } catch (error) {
    return error;
  }
}

describe('page tokens', () => {
  it('carry the cursor to the next page of the same query', () => {
    const token = encodePageToken(query, ['2026-01-01', 'abc']);

    expect(decodePageToken(structuredClone(query), token)).toEqual(['2026-01-01', 'abc']);
    expect(decodePageToken(query, '')).toBeUndefined();
  });

  it('are refused with another query', () => {
    const token = encodePageToken(query, ['abc']);

    expect(decoded({ ...query, tenant: 'other' }, token)).toEqual(refusal);
    expect(decoded({ ...query, filter: { ...query.filter, after: 6n } }, token)).toEqual(refusal);
  });

  it.each(['x', 'bm90IGpzb24', Buffer.from('[]').toString('base64url'), Buffer.from('{"a":1}').toString('base64url')])(
    'are refused when nobody made them: %s',
    (token) => expect(decoded(query, token)).toEqual(refusal),
  );

  it('are refused without a cursor or with one that is not text', () => {
    const [bound] = JSON.parse(Buffer.from(encodePageToken(query, ['a']), 'base64url').toString()) as string[];
    const tokenOf = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');

    expect(decoded(query, tokenOf([bound]))).toEqual(refusal);
    expect(decoded(query, tokenOf([bound, 'a\0b']))).toEqual(refusal);
    expect(decoded(query, tokenOf([bound, 'a\ud800']))).toEqual(refusal);
    expect(decoded(query, tokenOf([bound, 1]))).toEqual(refusal);
    expect(decoded(query, tokenOf([bound, null]))).toEqual(refusal);
  });

  it('give back any cursor as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (cursor) => {
        expect(decodePageToken(query, encodePageToken(query, cursor))).toEqual(cursor);
      }),
    );
  });
});
