import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STAMP = 'node_modules/.weir-installed';
const INSTALLED = 'node_modules/.package-lock.json';

/** Compares node_modules with package-lock.json: "current", "stale" or "missing". */
export function installedState(root) {
  if (!existsSync(join(root, INSTALLED))) return 'missing';
  const lockfile = join(root, 'package-lock.json');
  if (!existsSync(lockfile) || readText(join(root, STAMP)) === stampOf(root)) return 'current';

  // No stamp of ours, but npm keeps a list of what it installed: someone ran npm by hand.
  const wanted = packagesOf(lockfile);
  const installed = packagesOf(join(root, INSTALLED));
  if (!Object.entries(wanted).every(([path, entry]) => agrees(entry, installed[path]))) return 'stale';
  writeStamp(root);
  return 'current';
}

/** Notes that node_modules is what package-lock.json asks for. */
export function writeStamp(root) {
  if (existsSync(join(root, 'package-lock.json'))) writeFileSync(join(root, STAMP), stampOf(root));
}

/** The folders of the packages that an install on this machine puts in place. */
export function expectedFolders(root) {
  if (!existsSync(join(root, 'package-lock.json'))) return [];
  const libc = process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
  const packages = Object.entries(packagesOf(join(root, 'package-lock.json')));
  const foreign = packages
    .filter(
      ([, entry]) => !fits(entry.os, process.platform) || !fits(entry.cpu, process.arch) || !fits(entry.libc, libc),
    )
    .map(([path]) => `${path}/`);
  return packages
    .filter(([path, entry]) => !entry.link && !foreign.some((prefix) => `${path}/`.startsWith(prefix)))
    .map(([path]) => path);
}

const packagesOf = (file) =>
  Object.fromEntries(
    Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages ?? {}).filter(([path]) =>
      path.includes('node_modules/'),
    ),
  );

// Optional packages of other platforms are never installed here.
const agrees = (wanted, installed) =>
  installed
    ? wanted.version === installed.version && wanted.integrity === installed.integrity
    : wanted.optional === true || wanted.devOptional === true || wanted.peer === true;

const fits = (allowed, own) =>
  !allowed || allowed.includes(own) || (!allowed.includes(`!${own}`) && allowed.every((name) => name.startsWith('!')));

const stampOf = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');

function readText(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
