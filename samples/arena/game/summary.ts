import type { Arena } from './arena.js';

/** One line per kart, in the same order at all peers. When everything rests, all peers write the same. */
export function summaryOf<N extends object>(arena: Arena<N>): string[] {
  const { rounds, over } = arena.match;
  const karts = [...arena.karts.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const cm = (metres: number): number => Math.round(metres * 100);
  return [
    `round ${rounds}${over ? ', over' : ''}`,
    ...karts.map((kart) => {
      const place = kart.isAlive ? `${cm(kart.x)} ${cm(kart.z)}` : 'wrecked';
      return `${kart.id} ${kart.driver}: ${kart.score} points, ${kart.wrecks} wrecks, at ${place}`;
    }),
  ];
}
