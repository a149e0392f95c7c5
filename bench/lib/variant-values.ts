import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.js';
import type { Figures } from './figures.js';

/** Values against msgpackr: a typical list of arguments, encoded and decoded. */
export async function measureValues(figures: Figures, rounds: number): Promise<void> {
  // In one file, as a user's program is: what runs a program in many files costs more than the codec.
  const program = await bundle('./variant-codec.ts');
  try {
    const { compareCodecs } = (await import(pathToFileURL(program.file).href)) as typeof import('./variant-codec.js');
    const { scenewire, records, maps, ratio } = compareCodecs(rounds);
    const theirs = `msgpackr ${records.toFixed(0)} ns with records, ${maps.toFixed(0)} ns without`;
    console.log(`a list of arguments there and back: scenewire ${scenewire.toFixed(0)} ns, ${theirs} (of CPU)`);
    figures.report('variant-arguments', ratio, 'ratio', { atLeast: 1 });
  } finally {
    program.remove();
  }
}
