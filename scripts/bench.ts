/** `npm run bench [-- NAME…]`: runs bench/NAME.ts, or all of them, one after the other inside the network namespace. */
import { existsSync, readdirSync } from 'node:fs';
import { canMakeNamespace, makeNamespace, type Namespace } from './lib/namespace.js';
import { inRoot } from './lib/paths.js';
import { run } from './lib/process.js';

const folder = inRoot('bench/');

const available = (): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.ts'))
        .map((file) => file.slice(0, -'.ts'.length))
        .sort()
    : [];

async function runBench(name: string, namespace: Namespace | undefined): Promise<boolean> {
  console.log(`\n${name}`);
  const args = ['--expose-gc', '--import', 'tsx', `${folder}${name}.ts`];
  const { command, args: all } = namespace?.wrap(process.execPath, args) ?? { command: process.execPath, args };
  const env: Record<string, string> = namespace
    ? { SCENEWIRE_NAMESPACE: namespace.name }
    : { SCENEWIRE_LOOPBACK_ONLY: '1' };
  const { code } = await run(command, all, { show: true, env });
  if (code !== 0) console.error(`${name} failed with code ${code}`);
  return code === 0;
}

async function main(): Promise<number> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !available().includes(name));
  if (unknown.length > 0) {
    console.error(`unknown benchmark: ${unknown.join(', ')}\nbenchmarks: ${available().join(', ')}`);
    return 2;
  }
  const made = canMakeNamespace() ? makeNamespace() : undefined;
  const namespace = typeof made === 'string' ? undefined : made;
  const results: boolean[] = [];
  for (const name of wanted.length > 0 ? wanted : available()) results.push(await runBench(name, namespace));
  return results.includes(false) ? 1 : 0;
}

process.exitCode = await main();
