import { canonicalJson } from './canonical.ts';

describe('canonical JSON', () => {
  it('sorts keys by code units, also those that look like numbers', () => {
    expect(canonicalJson({ b: 1, 10: 'x', 9: 'y', '€': 1, A: { d: [], c: null } })).toBe(
      '{"10":"x","9":"y","A":{"c":null,"d":[]},"b":1,"€":1}',
    );
  });

  it('prints numbers as RFC 8785 says', () => {
    expect(canonicalJson([333333333.33333329, 1e30, 4.5, 2e-3, 1e-27, -0])).toBe(
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    );
  });

  it('prints durations as protobuf JSON does', () => {
    const ttl = { seconds: '3600' };
    expect(canonicalJson({ ttl, timeout: { nanos: 500_000_000 }, period: { seconds: '1', nanos: 1 } })).toBe(
      '{"period":"1.000000001s","timeout":"0.500s","ttl":"3600s"}',
    );
  });
});
