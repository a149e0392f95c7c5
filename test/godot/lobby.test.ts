import { setErrorHandler } from 'scenewire';
import { memoryStore, PlayerIdentity } from 'scenewire/identity';
import { LobbySession } from 'scenewire/lobby';
import { LobbyServer, type LobbyServerOptions } from 'scenewire/lobby-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SAMPLE_OFFERS } from '../support/fuzz/samples.js';
import { GodotProcess } from './support/godot-process.js';

const PATIENT = { timeout: 30_000, interval: 10 };
const CANDIDATE = 'candidate:1 1 UDP 2114977791 192.0.2.2 57072 typ host';

let godot: GodotProcess;
let server: LobbyServer;
let url = '';
const sessions: LobbySession[] = [];

async function serve(options: LobbyServerOptions = {}): Promise<void> {
  server = new LobbyServer({ port: 0, host: '127.0.0.1', log: () => {}, ...options });
  url = `ws://127.0.0.1:${(await server.listen())!.port}`;
}

/** A lobby client in Godot; its lines begin with its name. */
async function client(name: string, room = '', mesh = true): Promise<void> {
  await godot.run(
    [
      'var client = load("res://lobby_client.gd").new()',
      `client.name = "${name}"`,
      'client.control = control',
      'game.add_child(client)',
      `client.enter("${url}", "${room}", ${mesh})`,
    ].join('\n'),
  );
}

const say = (name: string, code: string): Promise<string> => godot.run(`game.get_node("${name}").${code}`);

/** What comes behind these words in the first line that has them. */
async function told(beginning: string): Promise<string> {
  const find = (): string | undefined => godot.log.find((line) => line.startsWith(beginning));
  await expect.poll(find, PATIENT).toBeDefined();
  return find()!.slice(beginning.length).trim();
}

function session(): LobbySession {
  const made = new LobbySession(url);
  sessions.push(made);
  return made;
}

beforeAll(async () => {
  godot = await GodotProcess.start();
});
beforeEach(async ({ onTestFailed }) => {
  // One that hangs, or has ended, would fail the next attempt as well.
  onTestFailed(async () => {
    await godot.kill();
    godot = await GodotProcess.start();
  });
  await godot.run('control.stage()');
  godot.log.length = 0;
  godot.errors.length = 0;
});
afterEach(async () => {
  for (const made of sessions.splice(0)) made.close();
  await godot.run('for child in game.get_children():\n\tif child.has_method("leave"):\n\t\tchild.queue_free()');
  await server.close();
  expect(godot.errors).toEqual([]);
});
afterAll(() => godot.stop());

describe("a real Godot that speaks the demo's protocol, at our lobby server", () => {
  it.each([
    [true, 'true'],
    [false, ''],
  ])('makes a room and another Godot joins it by name (mesh: %s)', async (mesh, flag) => {
    await serve();
    await client('A', '', mesh);
    expect(await told('A id')).toBe(`1 ${flag}`.trim());
    const room = (await told('A joined')).split(' ')[1]!;
    await client('B', room, mesh);
    const [id] = (await told('B id')).split(' ');
    expect(Number(id)).toBeGreaterThan(1);
    await told(`B joined 0 ${room}`);
    expect(await told('B peer_connect')).toBe('1');
    expect(await told('A peer_connect')).toBe(id);
    await say('B', `say(4, 1, "v=0\\nofferé")`);
    expect(await told('A offer')).toBe(`${id} v=0\\nofferé`);
    await say('A', `say(5, ${id}, "v=0 answer")`);
    expect(await told('B answer')).toBe('1 v=0 answer');
    await say('B', `say(6, 1, "\\n0\\n0\\n${CANDIDATE}")`);
    expect(await told('A candidate')).toBe(`${id} \\n0\\n0\\n${CANDIDATE}`);
    await say('B', 'leave()');
    expect(await told('A peer_disconnect')).toBe(id);
  });

  it('the host seals, nobody else comes in, and everybody is closed with the words of the demo', async () => {
    await serve({ limits: { sealDelayMs: 300 } });
    await client('A');
    const room = (await told('A joined')).split(' ')[1]!;
    await client('B', room);
    await told('B joined');
    await say('A', 'say(7)');
    await told('A sealed');
    await told('B sealed');
    await client('C', room);
    expect(await told('C closed')).toBe('4000 Lobby is sealed');
    expect(await told('A closed')).toBe('1000 Seal complete');
    expect(await told('B closed')).toBe('1000 Seal complete');
  });

  it.each([
    ['a room that there is not', '', 'nowhere', '4000 Lobby does not exists'],
    ['another one seals', 'say(7)', 'A', '4000 Only host can seal the lobby'],
    ['joins twice', 'say(0, 0, "")', 'A', '4000 Already in a lobby'],
    ['an unknown type', 'say(9)', 'A', '4000 Invalid command'],
  ])('is told in the words of the demo: %s', async (_what, code, room, closing) => {
    await serve();
    await client('A');
    const name = (await told('A joined')).split(' ')[1]!;
    await client('B', room === 'A' ? name : room);
    if (code !== '') {
      await told('B joined');
      await say('B', code);
    }
    expect(await told('B closed')).toBe(closing);
  });

  it('in one room with a session of ours: it hears nothing that it does not know, and what it says reaches the pairing', async () => {
    await serve();
    const ours = session();
    const room = await ours.host({ mode: 'mesh', meta: { map: 'isle' }, member: { name: 'Ann' } });
    await client('A', room);
    const id = Number((await told('A id')).split(' ')[0]);
    await told('A peer_connect 1');
    await expect.poll(() => ours.lobby.members.get(id), PATIENT).toMatchObject({ sw: 0, isPeer: true });
    // Its id is the larger one, so the offer is its to make; what it says reaches the pairing.
    const reports: string[] = [];
    setErrorHandler((text) => reports.push(text));
    await say('A', 'say(4, 1, "v=0 no description")');
    await expect.poll(() => ours.getPairing(id)?.tries, PATIENT).toBe(1);
    setErrorHandler(null);
    // One line about what a stranger wrote.
    expect(reports.length).toBe(1);
    await ours.lobby.setRoom({ meta: { map: 'moon' } });
    await ours.seal();
    await told('A sealed');
    expect(godot.log.filter((line) => line.includes('strange'))).toEqual([]);
  });

  it.each([
    ['prefer', 'is answered'],
    ['require', 'is refused as missing, and not answered'],
  ] as const)(
    'to a session with an identity whose policy is `%s`, a Godot proves nothing and %s',
    async (policy, _what) => {
      await serve();
      const ours = session();
      const identity = await PlayerIdentity.load({ store: memoryStore(), policy });
      const room = await ours.host({ mode: 'mesh', identity });
      const failures: string[] = [];
      ours.peer_failed.connect((_id, failure) => failures.push(`${failure.reason} ${failure.identity}`));
      await client('A', room);
      await told('A peer_connect 1');
      // As Godot's extension writes it; the third is of the library under it.
      await say('A', `say(4, 1, ${JSON.stringify(SAMPLE_OFFERS[2])})`);
      if (policy === 'prefer') {
        expect(await told('A answer')).toMatch(/a=identity:/);
        expect(failures).toEqual([]);
      } else {
        await expect.poll(() => failures, PATIENT).toEqual(['identity_refused missing']);
        expect(godot.log.filter((line) => line.startsWith('A answer'))).toEqual([]);
      }
      expect(godot.log.filter((line) => line.includes('strange'))).toEqual([]);
    },
  );

  it('a Godot is the host and a session of ours joins: its offer and its candidates are as Godot wants them', async () => {
    await serve();
    await client('A');
    const room = (await told('A joined')).split(' ')[1]!;
    const ours = session();
    await ours.join(room);
    const offer = await told(`A offer ${ours.lobby.id}`);
    expect(offer).toMatch(/^v=0\\r\\n.*m=application .*webrtc-datachannel/);
    expect(await told(`A candidate ${ours.lobby.id}`)).toMatch(/^\\n[^\\]+\\n\d+\\ncandidate:/);
    ours.close();
    await told('A peer_disconnect');
    expect(godot.log.filter((line) => line.includes('strange'))).toEqual([]);
  });
});
