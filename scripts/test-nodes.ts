/**
 * `npm run test:nodes [-- 22 24]`: the tests that concern Node, on other versions of Node than this one. The versions
 * come from npm packages that hold nothing but the program.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addCounts, type Counts, formatCounts, noCounts } from './lib/counts.js';
import { canMakeNamespace, makeNamespace, type Namespace } from './lib/namespace.js';
import { ensureNeeds } from './lib/needs.js';
import { inRoot } from './lib/paths.js';
import { run } from './lib/process.js';
import { onShutdown } from './lib/shutdown.js';
import { runVitest } from './lib/vitest.js';

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['22', '24'];
const projects = ['core', 'api', 'extension', 'multiplayer', 'conformance', 'hostile'] as const;
/** Browsers are the same whatever Node drives them; files that need one say so in their names, but for the fuzz run. */
const withoutBrowsers = ['chromium', 'firefox', 'browser', 'hostile/fuzz'].map((word) => `--exclude=**/*${word}*`);

/** Installs a Node into .cache, once, and gives the path of the program. */
async function installNode(version: string): Promise<string> {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const packageName = `${platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${process.arch}`;
  const folder = inRoot(`.cache/node-${version}`);
  const program = join(folder, 'node_modules', packageName, 'bin', platform === 'win' ? 'node.exe' : 'node');
  if (existsSync(program)) return program;
  console.log(`installing Node ${version} (${packageName}@${version})…`);
  mkdirSync(folder, { recursive: true });
  // A manifest of its own keeps npm from walking up to the project's.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', `--prefix=${folder}`];
  const { code, output } = await run('npm', [...args, `${packageName}@${version}`], { cwd: folder });
  if (code !== 0 || !existsSync(program)) throw new Error(`could not install Node ${version}:\n${output}`);
  return program;
}

async function testWith(node: string, reports: string, namespace: Namespace | undefined): Promise<Counts> {
  const name = (await run(node, ['--version'])).output.trim();
  let sum = noCounts;
  for (const project of projects) {
    const env = namespace ? { SCENEWIRE_NAMESPACE: namespace.name } : { SCENEWIRE_LOOPBACK_ONLY: '1' };
    const label = `${project}-${name}`;
    const { counts, output } = await runVitest({
      project,
      label,
      reports,
      namespace,
      env,
      node,
      args: withoutBrowsers,
    });
    if (counts.failed > 0) console.log(`\n${output.trimEnd()}\n`);
    console.log(`Node ${name} ${project.padEnd(12)} ${formatCounts(counts)}`);
    sum = addCounts(sum, counts);
  }
  return sum;
}

async function prepareNamespace(): Promise<Namespace | undefined> {
  if (!canMakeNamespace()) return undefined;
  const problem = await ensureNeeds(['ip']);
  const made = problem ?? makeNamespace();
  if (typeof made !== 'string') return made;
  console.log(`no network namespace (${made}): loopback addresses only`);
  return undefined;
}

async function main(): Promise<number> {
  const reports = mkdtempSync(join(tmpdir(), 'scenewire-nodes-'));
  onShutdown(() => rmSync(reports, { recursive: true, force: true }));
  const programs: string[] = [];
  for (const version of versions) programs.push(await installNode(version));
  const namespace = await prepareNamespace();
  let sum = noCounts;
  for (const program of programs) sum = addCounts(sum, await testWith(program, reports, namespace));
  console.log(formatCounts(sum));
  return sum.failed > 0 ? 1 : 0;
}

process.exitCode = await main();
