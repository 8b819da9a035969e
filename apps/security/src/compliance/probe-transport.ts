import { formatAddress, isLoopback, type Address } from '@weir/config';
import { connect } from 'node:net';
import type { Transport } from '../domain/compliance/measures/basis.ts';

/** A service and where it is reached. */
export interface Port {
  readonly service: string;
  readonly address: Address;
}

// The connection preface of HTTP/2 and an empty SETTINGS frame, as any gRPC client without TLS opens.
const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
const SETTINGS_FRAME = 4;
const TYPE_AT = 3;
const PATIENCE_MS = 2_000;

/** Speaks to all of these ports, whenever it is asked to. */
export const transportProbes = (ports: readonly Port[]) => (): Promise<Transport[]> =>
  Promise.all(ports.map(probeTransport));

/** Speaks to a port without TLS, and sees whether it answers as a gRPC server does. */
export async function probeTransport({ service, address }: Port): Promise<Transport> {
  const inClear = await speakInClear(address);
  return { service, address: formatAddress(address), isLoopback: isLoopback(address), inClear };
}

function speakInClear({ host, port }: Address): Promise<Transport['inClear']> {
  const { promise, resolve } = Promise.withResolvers<Transport['inClear']>();
  const socket = connect({ host, port });
  let isConnected = false;
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.once('connect', () => {
    isConnected = true;
    socket.write(PREFACE);
  });
  socket.once('data', (bytes) => {
    // A TLS server answers with an alert, whose first byte is 21.
    resolve(bytes[TYPE_AT] === SETTINGS_FRAME && bytes[0] === 0 ? 'answered' : 'refused');
    socket.destroy();
  });
  socket.on('error', () => undefined);
  socket.once('close', () => resolve(isConnected ? 'refused' : 'unreachable'));
  return promise;
}
