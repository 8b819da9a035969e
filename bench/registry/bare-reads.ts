// The baseline of point reads: grpc-js, one prepared statement and nothing else: bare-reads.ts <database url>.
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { ComponentVersion, GetComponentRequest, GetComponentResponse, Runtime } from '@weir/contracts/registry';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.argv[2] ?? '', max: 10, options: '-c weir.tenant=*' });

const FIND = `
  select v.lifecycle, v.revision, m.digest, m.body, m.runtime, m.published_at
  from visible_spans s join versions v on v.component = s.component and v.prerelease = s.prerelease
    and v.key >= s.from_key and v.key < s.to_key
  join tenants t on t.tenant = s.tenant and v.clearance <= t.clearance_ceiling
  join manifests m on m.component = v.component and m.key = v.key
  where s.tenant = $1 and s.component = $2 and v.version = $3 and v.lifecycle < 4`;

interface Row {
  readonly lifecycle: ComponentVersion['lifecycle'];
  readonly revision: string;
  readonly digest: Buffer;
  readonly body: Buffer;
  readonly runtime: Buffer;
  readonly published_at: Date;
}

async function find({ tenant, name }: GetComponentRequest): Promise<GetComponentResponse> {
  const [, component, , version] = name.split('/');
  const values = [tenant.slice('tenants/'.length), component, version];
  const row = (await pool.query<Row>({ name: 'find', text: FIND, values })).rows[0];
  if (!row) throw new Error(`${name} is not there`);
  const content = ComponentVersion.decode(row.body);
  const { lifecycle, revision, published_at: publishedAt } = row;
  const digest = `sha256:${row.digest.toString('hex')}`;
  const runtime = Runtime.decode(row.runtime);
  return { component: { ...content, lifecycle, publishedAt, runtime, digest, etag: revision } };
}

const server = new Server();
server.addService(
  {
    getComponent: {
      path: '/weir.registry.v1.ComponentService/GetComponent',
      requestStream: false,
      responseStream: false,
      requestSerialize: (value: GetComponentRequest) => Buffer.from(GetComponentRequest.encode(value).finish()),
      requestDeserialize: (bytes: Buffer) => GetComponentRequest.decode(bytes),
      responseSerialize: (value: GetComponentResponse) => Buffer.from(GetComponentResponse.encode(value).finish()),
      responseDeserialize: (bytes: Buffer) => GetComponentResponse.decode(bytes),
    },
  },
  {
    getComponent: (
      { request }: ServerUnaryCall<GetComponentRequest, GetComponentResponse>,
      callback: sendUnaryData<GetComponentResponse>,
    ) => {
      find(request).then(
        (response) => callback(null, response),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      );
    },
  },
);
server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send?.({ port });
});
