/** The child process of `OtherProcess`: answers one connection after the other. It ends when its parent lets go of it. */
import { gameChannels, time } from './attempts.js';
import type { End } from './end.js';
import type { Message } from './other-process.js';
import { ways } from './ways.js';

const ends = new Map<number, End>();
const tell = (message: Message): void => void process.send?.(message);

process.on('message', (message: Message) => {
  const { id } = message;
  if (message.kind === 'begin') begin(message);
  if (message.kind === 'mail') ends.get(id)?.receive(message.mail);
  if (message.kind !== 'end') return;
  ends.get(id)?.close();
  ends.delete(id);
});

function begin({ id, way }: Extract<Message, { kind: 'begin' }>): void {
  const { make, pace } = ways[way];
  const end = make(gameChannels, (mail) => tell({ id, kind: 'mail', mail }));
  ends.set(id, end);
  void time(end.settled, () => end.poll(), pace).then(({ outcome }) => tell({ id, kind: 'settled', outcome }));
}

tell({ id: 0, kind: 'ready' });
