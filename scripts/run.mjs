// Starts scripts/NAME.ts. Plain JavaScript, because in a fresh clone nothing that could read TypeScript is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lockFile = `${root}package-lock.json`;
const stampFile = `${root}node_modules/.scenewire-installed`;
const npmRecord = `${root}node_modules/.package-lock.json`;

/** @param {string} path */
const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

function ensureInstalled() {
  const lockHash = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (read(stampFile) === lockHash) return;
  // An install made by hand has no stamp of ours; npm's own record tells whether it is newer than the lock file.
  const madeByHand =
    !existsSync(stampFile) && existsSync(npmRecord) && statSync(npmRecord).mtimeMs >= statSync(lockFile).mtimeMs;
  if (!madeByHand) install();
  writeFileSync(stampFile, lockHash);
}

function install() {
  console.log('installing what package-lock.json names (npm ci), once…');
  const windows = process.platform === 'win32';
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: windows,
  });
  if (result.status === 0) return;
  console.error(`npm ci failed${result.error ? `: ${result.error.message}` : ''}`);
  process.exit(result.status || 1);
}

/** @param {string} script @param {string[]} args */
function start(script, args) {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { cwd: root, stdio: 'inherit' });
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  // The script cleans up on these and ends; this process only waits for it.
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
}

const [name = '', ...args] = process.argv.slice(2);
if (!/^[a-z-]+$/.test(name) || !existsSync(`${root}scripts/${name}.ts`)) {
  console.error(`usage: node scripts/run.mjs NAME [arguments], where scripts/NAME.ts exists (got "${name}")`);
  process.exit(2);
}
ensureInstalled();
start(`scripts/${name}.ts`, args);
