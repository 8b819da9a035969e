export { testIssuer, type TestClaims, type TestIssuer, type TestIssuerOptions } from './test-issuer.ts';
