export { testAuthority, type TestAuthority, type TestIdentity } from '@weir/client/testing';
