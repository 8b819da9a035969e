export { testAuthority, type TestAuthority, type TestIdentity } from './test-authority.ts';
