import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { fixedToken, type TokenSource } from '@weir/client';
import { contractPorts, SERVICES, type ServiceName } from '@weir/mesh';
import { adminTokens, openSession, secretTokens, type Addresses, type Session } from '../session.ts';

/** What every command that talks to a mesh knows. */
export interface Connection {
  readonly stateDir: string;
  readonly addresses: Addresses;
  /** Tokens of WEIR_TOKEN, of WEIR_CLIENT_ID and WEIR_CLIENT_SECRET, or of the mesh's administrator. */
  readonly tokens: TokenSource | undefined;
}

/** Reads where the mesh is and who the caller is from the command line and the environment. */
export function connectionOf(command: Command): Connection {
  const { stateDir } = command.optsWithGlobals<{ stateDir: string }>();
  const addresses = Object.fromEntries(SERVICES.map((service) => [service, addressOf(service)])) as Record<
    ServiceName,
    string
  >;
  return { stateDir, addresses, tokens: tokensOf(stateDir, addresses) };
}

/** Runs work with typed clients of the mesh. */
export async function withSession<T>(command: Command, work: (session: Session) => Promise<T>): Promise<T> {
  const { addresses, tokens } = connectionOf(command);
  await using session = openSession(addresses, tokens);
  return await work(session);
}

const addressOf = (service: ServiceName): string =>
  process.env[`${service.toUpperCase()}_ADDRESS`] ?? `127.0.0.1:${contractPorts[service].grpc}`;

function tokensOf(stateDir: string, addresses: Addresses): TokenSource | undefined {
  const { WEIR_TOKEN, WEIR_CLIENT_ID, WEIR_CLIENT_SECRET } = process.env;
  if (WEIR_TOKEN) return fixedToken(WEIR_TOKEN);
  if (WEIR_CLIENT_ID && WEIR_CLIENT_SECRET) return secretTokens(addresses, WEIR_CLIENT_ID, WEIR_CLIENT_SECRET);
  const secret = join(stateDir, 'admin.secret');
  return existsSync(secret) ? adminTokens(addresses, secret) : undefined;
}
