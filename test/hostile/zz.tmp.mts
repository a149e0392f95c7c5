import { fuzzInChildren } from './support/fuzz-children.js';
import { Programs } from './support/programs.js';

const [target, to, per] = [process.argv[2] as 'native', Number(process.argv[3]), Number(process.argv[4])];
const ps = new Programs();
const p = await ps.make('test/support/fuzz/node-child.ts');
const t = performance.now();
const r = await fuzzInChildren(p, target, { seed: Number(process.argv[5] ?? 1), from: 0, to }, per);
console.log('ms', performance.now() - t);
const seen = new Map<string, string[]>();
for (const x of r.problems) {
  const k = x.split('\n')[0]!.replace(/\d+/g, '#').slice(0, 400);
  seen.set(k, [...(seen.get(k) ?? []), x]);
}
for (const [k, v] of seen) console.log(v.length, v[0]!.slice(0, 2500), '\n');
console.log(r.reports, r.lingeredMs);
ps.remove();
