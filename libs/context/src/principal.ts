/** Who makes a call, as its verified token says. */
export interface Principal {
  /** The principal's resource name: "tenants/acme/principals/etl", "principals/admin", "principals/agent". */
  readonly subject: string;
  readonly kind: PrincipalKind;
  /** The id of the tenant it is bound to; undefined for the platform's own. */
  readonly tenant: string | undefined;
  readonly roles: readonly string[];
  /** Lower-case permission names: "read", "write", ... */
  readonly permissions: ReadonlySet<string>;
  /** The token's `jti`. */
  readonly tokenId: string;
  /** When the token was issued, in milliseconds since the epoch. */
  readonly issuedAt: number;
  /** When the token expires, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Who acts on behalf of `subject` (RFC 8693 `act`), if anyone. */
  readonly actor: string | undefined;
}

/** `service` is the identity of one of Weir's own services. */
export type PrincipalKind = 'user' | 'service_account' | 'service';
