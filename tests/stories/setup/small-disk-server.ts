// A PostgreSQL server on a disk of its own, in this process's mount namespace: node small-disk-server.ts <folder> <database> ...
import { startEmbeddedPostgres } from '@weir/database/embedded';

const [dataDir = '', ...names] = process.argv.slice(2);
const server = await startEmbeddedPostgres({ dataDir, durable: true });
const urls: Record<string, string> = {};
for (const name of names) urls[name] = await server.ensureDatabase(name);
process.stdout.write(`${JSON.stringify({ admin: server.adminUrl(), urls })}\n`);

// Its input ends when whoever started it is gone.
process.stdin.resume().once('end', () => void server[Symbol.asyncDispose]().then(() => process.exit()));
