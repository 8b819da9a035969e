// The way in of every npm script. Runs on whatever Node the user has, so it uses nothing newer than Node 12 before it
// has looked at the version.
import process from 'node:process';

const OLDEST = 20;

if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  process.stderr.write(
    `Weir needs Node.js ${OLDEST} or newer to start; this is ${process.version}.\n` +
      'Install a current version from https://nodejs.org, or run: npx --package node@24 npm start\n' +
      'Nothing else is needed: Weir installs the version that it runs on by itself.\n',
  );
  process.exit(1);
}

const { main } = await import('./main.mjs');
process.exitCode = await main(process.argv[2], process.argv.slice(3));
