export { testIssuer, type TestClaims, type TestIssuer, type TestIssuerOptions } from './test-issuer.ts';
export { vectorName, wycheproof, wycheproofFolder, type Vector, type VectorGroup } from './wycheproof.ts';
