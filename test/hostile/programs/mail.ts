import { createInterface } from 'node:readline';
import { say } from './handshake.js';

/** What two programs tell each other, a line each, through the test. */
export type Letter =
  | { kind: 'description'; type: 'offer' | 'answer'; sdp: string }
  | { kind: 'candidate'; media: string; index: number; name: string };

export const post = (letter: Letter): void => say(`mail ${JSON.stringify(letter)}`);

/** Reads until `stop`: letters, and orders of one word. */
export function listen(onLetter: (letter: Letter) => void, onOrder: (order: string) => void): () => void {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    if (line.startsWith('{')) onLetter(JSON.parse(line) as Letter);
    else onOrder(line);
  });
  return () => {
    lines.close();
    process.stdin.destroy();
  };
}
