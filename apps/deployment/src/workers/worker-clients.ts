import {
  createClient,
  openChannel,
  type Channel,
  type Client,
  type TlsClientSettings,
  type TokenSource,
} from '@weir/client';
import { WorkerServiceDefinition } from '@weir/contracts/agent';

/** Calls to replicas. */
export type WorkerClient = Client<typeof WorkerServiceDefinition>;

/** Clients of replicas by their address; connections to replicas that are gone are closed by `keepOnly`. */
export interface WorkerClients extends AsyncDisposable {
  at(address: string): WorkerClient;
  keepOnly(addresses: ReadonlySet<string>): void;
}

/** Opens connections to replicas as they are needed. */
export function workerClients(tokens: TokenSource, tls: Partial<TlsClientSettings>): WorkerClients {
  const open = new Map<string, { channel: Channel; client: WorkerClient }>();
  const connect = (address: string) => {
    const channel = openChannel({ address, tokens, tls });
    const connection = { channel, client: createClient(WorkerServiceDefinition, channel) };
    open.set(address, connection);
    return connection;
  };
  const close = (address: string): void => {
    void open.get(address)?.channel[Symbol.asyncDispose]();
    open.delete(address);
  };

  return {
    at: (address) => (open.get(address) ?? connect(address)).client,
    keepOnly(addresses) {
      for (const address of [...open.keys()]) if (!addresses.has(address)) close(address);
    },
    async [Symbol.asyncDispose]() {
      for (const address of [...open.keys()]) close(address);
    },
  };
}
