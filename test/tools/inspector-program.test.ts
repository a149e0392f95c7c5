import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordPackets } from 'scenewire/inspector';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { run } from '../../scripts/lib/process.js';
import { program } from '../../src/cli/program.js';
import { SmallArena } from './support/small-arena.js';

const folder = mkdtempSync(join(tmpdir(), 'scenewire-inspect-'));
const file = join(folder, 'game.packets');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  const arena = new SmallArena({ karts: 2, clients: 2 }).begin();
  const recording = recordPackets(arena.server.peer, { multiplayer: arena.server.api, clock: arena.clock });
  arena.server.game.rpc.emote('hello');
  arena.clients[1]?.game.rpcTo(1).hit(7, 'Bob');
  arena.frames(30);
  writeFileSync(file, recording.toText());
});

/** The command as the program runs it, in this process. */
async function inspect(...args: string[]): Promise<{ code: number; output: string }> {
  let output = '';
  const take = (text: string | Uint8Array): boolean => {
    output += String(text);
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(take));
  try {
    const code = await program(['inspect', ...args], {});
    return { code, output };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const linesOf = async (...args: string[]): Promise<string[]> => (await inspect(...args)).output.trimEnd().split('\n');

describe('scenewire inspect', () => {
  it('shows each packet as a line', async () => {
    const { code, output } = await inspect(file);
    expect(code).toBe(0);
    expect(output).toMatch(/^peer 1, 20\d\d-/);
    expect(output).toMatch(/\n +0\.0 ms {2}→ 2 +unreliable +\d+ B {2}call Game\.emote\("hello"\)\n/);
    expect(output).toMatch(/\n +\d+\.\d ms {2}← 3 +reliable +\d+ B {2}call Game\.hit\(7, "Bob"\)\n/);
  });

  it('ends when nobody reads any more', async () => {
    const command = `${process.execPath} --import tsx ${inRoot('src/cli/main.ts')} inspect ${file} --json | head -1`;
    const { code, output } = await run('sh', ['-c', `${command}; echo "ends"`]);
    expect(code).toBe(0);
    expect(output).toMatch(/^\{"timeMs":0.*\}\nends\n$/);
  });

  it('takes what is asked for: peers, kinds, objects', async () => {
    for (const line of (await linesOf(file, '--peer', '3')).slice(1)) expect(line).toMatch(/ [→←] 3 /);
    const calls = (await linesOf(file, '--type', 'call,spawn')).slice(1);
    expect(calls.length).toBe(3);
    for (const line of calls) expect(line).toMatch(/ B {2}call Game\./);
    for (const line of (await linesOf(file, '--object', 'Kart1', '--type', 'sync')).slice(1)) {
      expect(line).toContain('World/Kart1 [position=');
    }
  });

  it('sums up', async () => {
    const { output } = await inspect(file, '--summary', '--rows', '1');
    expect(output).toMatch(/by kind:\n.*sync\n +and \d+ more\n/);
    expect(output).toMatch(/by object:\n.*World\/Kart/);
    expect(output).toMatch(/by method:\n.*Game\.emote/);
  });

  it('writes lines of JSON', async () => {
    const lines = await linesOf(file, '--json', '--type', 'call');
    const packets = lines.map((line) => JSON.parse(line) as { text: string; content: { args: { value: unknown }[] } });
    expect(packets.map(({ text }) => text)).toContain('call Game.hit(7, "Bob")');
    expect(packets.at(-1)?.content.args.map(({ value }) => value)).toEqual([7, 'Bob']);
  });

  it.each([
    [['nowhere.packets'], 1, "nowhere.packets can't be read"],
    [[], 2, 'Which file?'],
    [[file, '--type', 'nonsense'], 2, 'There is no kind nonsense'],
    [[file, '--peer', 'two'], 2, '--peer takes a whole number'],
    [[file, '--json', '--summary'], 2, 'Either --json or --summary'],
    [['--help'], 0, '--object TEXT'],
    [[inRoot('package.json')], 1, 'This is no recording of packets'],
  ])('answers %j with %i', async (args, code, text) => {
    const answer = await inspect(...args);
    expect(answer.code).toBe(code);
    expect(answer.output).toContain(text);
  });
});
