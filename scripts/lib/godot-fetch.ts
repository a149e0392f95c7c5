import {
  chmodSync,
  cpSync,
  type Dirent,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { isDebian } from './needs.js';
import { type RunResult, run } from './process.js';
import { onShutdown } from './shutdown.js';

/** Only this suite of Debian has the version that is wanted; it asks for a newer libc than the machine may have. */
const SUITE = 'unstable';
const PACKAGE = 'godot';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** For each of the two transfers: the lists of packages, and the packages. */
const TRANSFER_SECONDS = 150;

/**
 * Fetches Debian's Godot with everything it is linked against, into a folder of its own: nothing is installed, and no
 * rights are needed. Gives a sentence when that fails.
 */
export async function fetchGodot(folder: string): Promise<string | undefined> {
  if (!isDebian()) return 'no Godot, since it is fetched from Debian and this is another system';
  console.log(`fetching Godot from Debian ${SUITE} (160 MB) into ${folder}, once…`);
  mkdirSync(folder, { recursive: true });
  const work = mkdtempSync(join(folder, '.fetching-'));
  const tidy = (): void => rmSync(work, { recursive: true, force: true });
  onShutdown(tidy);
  try {
    await download(work, await findMirror());
    const version = await unpack(work);
    await assemble(work, join(folder, version));
    return undefined;
  } catch (error) {
    return `Godot could not be fetched: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    tidy();
  }
}

/** The mirror that this machine installs from. */
async function findMirror(): Promise<string> {
  const listed = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)']);
  const mirror = listed.output.split('\n').find((uri) => /^https?:.*\/debian\/?$/.test(uri));
  if (mirror === undefined) throw new Error('apt-get indextargets names no mirror of Debian');
  return mirror;
}

/** Lets apt work out and download the packages as for an empty machine, beside the machine's own state. */
async function download(work: string, mirror: string): Promise<void> {
  for (const path of ['lists/partial', 'cache/archives/partial', 'parts']) {
    mkdirSync(join(work, path), { recursive: true });
  }
  writeFileSync(join(work, 'status'), '');
  writeFileSync(join(work, 'sources.list'), `deb [signed-by=${KEYRING}] ${mirror} ${SUITE} main\n`);
  const settings = [
    `Dir::State::lists=${work}/lists`,
    `Dir::State::status=${work}/status`,
    `Dir::Cache=${work}/cache`,
    `Dir::Etc::sourcelist=${work}/sources.list`,
    `Dir::Etc::sourceparts=${work}/parts`,
    `Dir::Etc::preferences=${work}/none`,
    `Dir::Etc::preferencesparts=${work}/parts`,
    'Acquire::Languages=none',
    'Acquire::Retries=1',
    'Acquire::http::Timeout=20',
  ].flatMap((setting) => ['-o', setting]);
  const apt = (...args: string[]): Promise<RunResult> =>
    run('timeout', [`${TRANSFER_SECONDS}`, 'apt-get', ...settings, ...args], { env: { LC_ALL: 'C' } });
  succeeded('apt-get update', await apt('update', '--error-on=any'));
  const install = ['install', '--yes', '--download-only', '--no-install-recommends', PACKAGE];
  succeeded('apt-get install', await apt(...install));
}

/** Unpacks what was downloaded and gives the version of the package. */
async function unpack(work: string): Promise<string> {
  const archives = join(work, 'cache/archives');
  const packages = readdirSync(archives).filter((name) => name.endsWith('.deb'));
  for (const name of packages) {
    succeeded(`dpkg-deb ${name}`, await run('dpkg-deb', ['--extract', join(archives, name), join(work, 'root')]));
  }
  const [, version] = packages.find((name) => name.startsWith(`${PACKAGE}_`))?.split('_') ?? [];
  if (version === undefined) throw new Error(`apt-get downloaded no ${PACKAGE}`);
  return decodeURIComponent(version);
}

/** Keeps the program and the libraries it is linked against; the other three quarters are for windows and editors. */
async function assemble(work: string, target: string): Promise<void> {
  const root = join(work, 'root');
  const made = join(work, 'made');
  mkdirSync(join(made, 'lib'), { recursive: true });
  const program = join(root, 'usr/bin', PACKAGE);
  const loader = findLoader(root);
  const listed = await run(loader, ['--library-path', libraryFolders(root).join(':'), '--list', program]);
  succeeded('ld.so --list', listed);
  for (const [, path] of listed.output.matchAll(/=> (\/\S+)/g)) {
    if (path) cpSync(path, join(made, 'lib', basename(path)), { dereference: true });
  }
  cpSync(loader, join(made, 'loader'), { dereference: true });
  cpSync(program, join(made, 'godot'));
  writeFileSync(join(made, 'start'), launcher);
  chmodSync(join(made, 'start'), 0o755);
  if (!existsSync(target)) renameSync(made, target);
}

/** The libc that belongs to it brings its own loader; the machine's would refuse. */
const launcher = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/loader" --library-path "$here/lib" "$here/godot" "$@"
`;

function findLoader(root: string): string {
  for (const folder of ['usr/lib64', 'usr/lib']) {
    const names = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
    const name = names.find((one) => /^ld-linux.*\.so\.\d+$/.test(one));
    if (name !== undefined) return join(root, folder, name);
  }
  throw new Error('libc6 brought no loader');
}

/** Where Debian puts libraries: a folder per architecture, and folders below it for what few packages share. */
function libraryFolders(root: string): string[] {
  const lib = join(root, 'usr/lib');
  return readdirSync(lib, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^\w+-linux-gnu\w*(?:\/[^/]+)?$/.test(relative(lib, pathOf(entry))))
    .map(pathOf);
}

const pathOf = (entry: Dirent): string => join(entry.parentPath, entry.name);

function succeeded(what: string, { code, output }: RunResult): void {
  if (code === 124) throw new Error(`${what} took longer than ${TRANSFER_SECONDS} s`);
  const complaint = /^E: (.*)$/m.exec(output)?.[1] ?? output.trim().split('\n').at(-1);
  if (code !== 0) throw new Error(`${what}: ${complaint}`);
}
