export { testIssuer, type TestClaims, type TestIssuer, type TestIssuerOptions } from '@weir/auth/testing';
