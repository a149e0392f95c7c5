import { expect } from 'vitest';
import type { Heard } from '../programs/talker.js';
import { PATIENCE, type ProgramPage } from './program-page.js';

/** What a tone is louder than while it is heard, and softer than when it is not. */
const [LOUD, SILENT] = [0.02, 0.005];

export const hear = (page: ProgramPage, tones: readonly number[] = []): Promise<Heard> =>
  page.evaluate(`talker.hear(${JSON.stringify(tones)})`);

export const eventsOf = (page: ProgramPage): Promise<readonly string[]> => page.evaluate('talker.events');

export const idOf = (page: ProgramPage): Promise<number> => page.evaluate('talker.id');

/** All of these tones, in one page. */
export const isHeard = (page: ProgramPage, ...tones: readonly number[]): Promise<void> =>
  expect.poll(async () => Math.min(...(await hear(page, tones)).tones), PATIENCE).toBeGreaterThan(LOUD);

export const isSilent = (page: ProgramPage, ...tones: readonly number[]): Promise<void> =>
  expect.poll(async () => Math.max(...(await hear(page, tones)).tones), PATIENCE).toBeLessThan(SILENT);

export const isTold = (page: ProgramPage, event: string): Promise<void> =>
  expect.poll(() => eventsOf(page), PATIENCE).toContain(event);

const set = (page: ProgramPage, members: Readonly<Record<string, boolean>>): Promise<unknown> =>
  page.evaluate(`void Object.assign(talker.voice, ${JSON.stringify(members)})`);

/**
 * One peer's voice, alone in the listener's ears: as loud as its distance says (near 1, far 21), from its side, and dull
 * behind a wall. A tone of 900 Hz or more.
 */
export async function comesFromItsPlace(listener: ProgramPage, speakerId: number, sideRatio: number): Promise<void> {
  const stand = (x: number, z: number): Promise<unknown> =>
    listener.evaluate(`talker.put(${speakerId}, ${x}, 0, ${z})`);
  const settles = (what: string, isSo: (heard: Heard) => boolean): Promise<void> =>
    expect.poll(() => hear(listener), PATIENCE).toSatisfy(isSo, what);
  await stand(0, -1);
  await settles('in front of the ears: as loud on both sides', ({ left, right }) => {
    return Math.min(left, right) > LOUD && Math.abs(Math.log(right / left)) < 0.25;
  });
  const near = await median(listener);
  await stand(0, -11);
  // Half-way between near and far a linear model halves.
  await settles('half as loud', ({ left }) => left / near.left > 0.35 && left / near.left < 0.65);
  const middle = await median(listener);
  expect(middle.left / near.left).toBeGreaterThan(0.35);
  expect(middle.left / near.left).toBeLessThan(0.65);
  await stand(4, 0);
  await settles('from the right', ({ left, right }) => right > left * sideRatio && right > LOUD);
  await stand(-4, 0);
  await settles('from the left', ({ left, right }) => left > right * sideRatio && left > LOUD);
  await listener.evaluate(`talker.stand(0, 0, ${Math.PI})`);
  await settles('from the right when the ears turn round', ({ left, right }) => right > left * sideRatio);
  await listener.evaluate('talker.stand(40, 0)');
  await settles('out of earshot when they go away', ({ left, right }) => left + right < near.left / 50);
  await listener.evaluate('talker.stand(0, 0)');
  await stand(0, -1);
  await settles('near again', ({ left }) => left > near.left / 2);
  await listener.evaluate('talker.between = 1');
  // Softer alone would be 0.3: what is above 500 Hz suffers more.
  await settles('behind a wall', ({ left }) => left < near.left / 6 && left > near.left / 100);
  await listener.evaluate('talker.between = 0');
  await settles('nothing in between', ({ left }) => left > near.left / 2);
}

/** What each side can switch on and off. */
export async function switchesAreHeard(speaker: ProgramPage, listener: ProgramPage, hertz: number): Promise<void> {
  const id = await idOf(speaker);
  await isHeard(listener, hertz);
  await set(speaker, { muted: true });
  await isSilent(listener, hertz);
  await isTold(listener, `falls silent ${id}`);
  await set(speaker, { muted: false, pushToTalk: true });
  await isSilent(listener, hertz);
  await set(speaker, { talking: true });
  await isHeard(listener, hertz);
  await set(speaker, { talking: false, pushToTalk: false });
  await listener.evaluate(`talker.voice.mutePeer(${id}, true)`);
  await isSilent(listener, hertz);
  await listener.evaluate(`talker.voice.mutePeer(${id}, false)`);
  await isHeard(listener, hertz);
  await set(listener, { deafened: true });
  await isSilent(listener, hertz);
  await set(listener, { deafened: false });
  await isHeard(listener, hertz);
}

/** What is heard at seven moments, in the middle: a loaded machine stutters. */
async function median(page: ProgramPage): Promise<Heard> {
  const heard: Heard[] = [];
  for (let n = 0; n < 7; n += 1) heard.push(await page.evaluate<Heard>('talker.hearNext()'));
  const middle = (of: (one: Heard) => number): number => heard.map(of).sort((a, b) => a - b)[3] ?? 0;
  return { peak: 0, tones: [], left: middle(({ left }) => left), right: middle(({ right }) => right) };
}
