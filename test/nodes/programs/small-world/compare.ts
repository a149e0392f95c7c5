import { OWNERS, type Place, THINGS, type Thing } from './side.js';

/** A place for each thing that somebody has the say over. */
export type Places = { readonly [thing in Thing]?: Place };

/** Random places: the turret only turns, everything else goes anywhere. */
export function randomPlaces(random: () => number): Places {
  const between = (least: number, most: number): number => least + random() * (most - least);
  const triple = (least: number, most: number) =>
    [between(least, most), between(least, most), between(least, most)] as const;
  const turned = (): readonly [number, number, number, number] => {
    const [x, y, z, w] = [between(-1, 1), between(-1, 1), between(-1, 1), between(-1, 1)];
    const length = Math.hypot(x, y, z, w);
    return [x / length, y / length, z / length, w / length];
  };
  const places: { [thing in Thing]?: Place } = {};
  for (const thing of Object.keys(OWNERS) as Thing[]) {
    const quaternion = turned();
    places[thing] =
      thing === 'turret' ? { quaternion } : { position: triple(-9, 9), quaternion, scale: triple(0.5, 2) };
  }
  return places;
}

export interface MatrixSource {
  readonly name: string;
  readonly matrices: { readonly [thing in Thing]: readonly number[] };
}

/** The largest difference between two sides in any number of any matrix, by the size of that matrix. */
export function largestDifference(sources: readonly MatrixSource[]): { difference: number; where: string } {
  let worst = { difference: 0, where: '' };
  const [first, ...others] = sources as [MatrixSource, ...MatrixSource[]];
  for (const thing of THINGS) {
    const expected = first.matrices[thing];
    const size = Math.max(...expected.map(Math.abs));
    for (const other of others) {
      for (let at = 0; at < 16; at += 1) {
        const difference = Math.abs((other.matrices[thing][at] as number) - (expected[at] as number)) / size;
        if (!(difference <= worst.difference)) worst = { difference, where: `${thing} of ${other.name} at ${at}` };
      }
    }
  }
  return worst;
}
