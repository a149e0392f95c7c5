/**
 * Three who chat, in one process with a lobby: `node --import tsx samples/chat/headless.ts`. It ends by itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LobbyServer } from 'scenewire/lobby-server';
import { Chat } from './sim.js';

const FRAME_MS = 16;
const GIVE_UP_AFTER_MS = 20_000;
// All of them are in this process, so nothing has to leave the machine.
const configuration = { libdatachannel: { bindAddress: '127.0.0.1' } };

const lobby = new LobbyServer({ port: 0, host: '127.0.0.1', log: () => {} });
const address = await lobby.listen();
const [anna, ben, cleo] = [1, 2, 3].map(() => new Chat(`ws://127.0.0.1:${address?.port}`, { configuration })) as [
  Chat,
  Chat,
  Chat,
];
const startedAt = performance.now();

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    if (performance.now() - startedAt > GIVE_UP_AFTER_MS) throw new Error(`never came true: ${condition}`);
    for (const chat of [anna, ben, cleo]) chat.process();
    await sleep(FRAME_MS);
  }
}
const presences = (chat: Chat): string[] => [...chat.members.values()].map(({ presence }) => presence);

try {
  await anna.create('Anna');
  await ben.join(anna.code, 'Ben');
  await cleo.join(anna.code.toLowerCase(), 'Cleo');
  await until(() => [anna, ben, cleo].every((chat) => presences(chat).join() === 'here,here'));
  anna.say('Hello everybody');
  await until(() => [ben, cleo].every((chat) => chat.lines.some(({ text }) => text === 'Hello everybody')));
  cleo.say('Hello Anna');
  await until(() => [anna, ben].every((chat) => chat.lines.some(({ text }) => text === 'Hello Anna')));
  cleo.leave();
  await until(() => [anna, ben].every((chat) => presences(chat).includes('gone')));
  for (const { name, text } of anna.lines) console.log(name === null ? `* ${text}` : `${name}: ${text}`);
} finally {
  for (const chat of [anna, ben, cleo]) chat.leave();
  await lobby.close();
}
