import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoLingering } from './support/lingering.js';
import { Child, type Ended, Programs } from './support/programs.js';

/** SCTP gives a silent peer up after 13 s, ICE after 40 s. */
const PATIENCE_MS = 60_000;

let programs: Programs;
beforeAll(() => {
  programs = new Programs();
});
afterAll(() => programs.remove());

/** What one says for the other reaches it. */
function join(one: Child, other: Child): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.onLine((line) => {
      if (line.startsWith('mail ')) to.say(line.slice('mail '.length));
    });
  }
}

function expectCleanEnd(ended: Ended): void {
  const { code, signal, stderr } = ended;
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  expectNoLingering([ended.lingeredMs]);
}

/** A player and a peer that storms it, connected. */
async function meetStorm(channels: number): Promise<{ player: Child; storm: Child }> {
  const player = new Child(await programs.make('test/hostile/programs/player.ts'));
  await player.line('ready', PATIENCE_MS);
  const storm = new Child(await programs.make('test/hostile/programs/channel-storm.ts'), [String(channels)]);
  join(player, storm);
  await player.line('channel first', PATIENCE_MS);
  return { player, storm };
}

describe.concurrent('[native]', () => {
  test(
    'D6 R-034 when the other process is killed, the connection is lost within the time of the library, and the process ends',
    async () => {
      const program = await programs.make('test/hostile/programs/player.ts');
      const survivor = new Child(program);
      await survivor.line('ready', PATIENCE_MS);
      const victim = new Child(program, ['offer']);
      join(survivor, victim);
      await survivor.line('channel game', PATIENCE_MS);
      victim.kill();
      expect((await victim.ended).signal).toBe('SIGKILL');
      await survivor.line('closed', PATIENCE_MS);
      const ended = await survivor.ended;
      expect(ended.lines.some((line) => /^state [345]$/.test(line))).toBe(true);
      expect(ended.lines.filter((line) => line.startsWith('error'))).toEqual([]);
      expectCleanEnd(ended);
    },
    PATIENCE_MS,
  );

  test(
    'D6 R-034 connections that failed, and that nobody closed, keep no process running',
    async () => {
      const ended = await new Child(await programs.make('test/hostile/programs/unreachable.ts')).ended;
      expect(ended.lines).toEqual(expect.arrayContaining(['a 4', 'b 4']));
      expectCleanEnd(ended);
    },
    PATIENCE_MS * 2,
  );

  for (const channels of [1, 20, 500]) {
    test(
      `D6 R-034 ${channels} channels that were closed before they were known do no harm, and the process ends`,
      async () => {
        const { player, storm } = await meetStorm(channels);
        player.say('block 300');
        await player.line('blocking', PATIENCE_MS);
        storm.say('go');
        await storm.line('gone', PATIENCE_MS);
        await player.line('unblocked', PATIENCE_MS);
        player.say('close');
        const ended = await player.ended;
        storm.kill();
        expectCleanEnd(ended);
      },
      PATIENCE_MS,
    );
  }
});
