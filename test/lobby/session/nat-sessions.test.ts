import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { NatLab, type NatMode, type Place, PUBLIC_ADDRESS } from '../../netlab/nat-lab.js';
import { LineProcess } from '../support/line-process.js';
import { TurnServer } from '../support/turn-server.js';

/** Namespaces can be made inside of the one of the run. */
const isNamespaced = process.env.SCENEWIRE_NAMESPACE !== undefined;

let lab: NatLab;
let turn: TurnServer | null = null;
const programs: LineProcess[] = [];

function start(place: Place, program: string, ...args: readonly string[]): LineProcess {
  const file = fileURLToPath(new URL(`programs/${program}.ts`, import.meta.url));
  const made = new LineProcess(lab.at(place, process.execPath, ['--import', 'tsx', file, ...args]));
  programs.push(made);
  return made;
}

/** A host on the left and a guest on the right, who know of STUN, or of STUN and TURN. */
async function meet(
  left: NatMode,
  right: NatMode,
  servers: 'stun' | 'turn',
): Promise<{ host: LineProcess; guest: LineProcess }> {
  lab = NatLab.up(left, right);
  turn = await TurnServer.start(PUBLIC_ADDRESS, (command, args) => lab.at('public', command, args));
  const ice = {
    servers: [{ urls: [turn.url.replace('turn:', 'stun:')] }],
    ...(servers === 'turn' && { turn: { urls: [turn.url], secret: turn.secret } }),
  };
  const { port } = await start('public', 'lobby-at', PUBLIC_ADDRESS, JSON.stringify(ice)).with('port');
  const url = `ws://${PUBLIC_ADDRESS}:${port}`;
  const host = start('left', 'player', url);
  const { code } = await host.with('code');
  return { host, guest: start('right', 'player', url, String(code)) };
}

afterEach(async () => {
  for (const program of programs.splice(0)) await program.stop();
  await turn?.stop();
  turn = null;
  lab.down();
});

describe.runIf(isNamespaced)('players behind routers', () => {
  it.each([
    ['cone', 'cone', 'stun', 'directly'],
    ['cone', 'symmetric', 'turn', 'by TURN'],
    ['symmetric', 'symmetric', 'turn', 'by TURN'],
  ] as const)(
    '%s and %s, with %s: they play, %s',
    async (left, right, servers, how) => {
      const { host, guest } = await meet(left, right, servers);
      const { ms, local, remote } = await guest.with('connected');
      expect([(await host.with('got'))['got'], (await guest.with('got'))['got']]).toEqual(['hello', 'hello']);
      expect([local, remote].includes('relay')).toBe(how === 'by TURN');
      console.log(`figure lobby-nat-${left}-${right}-${servers} ${ms} ms, ${local} to ${remote}`);
    },
    120_000,
  );

  it('symmetric and symmetric without TURN: both are told that this is what is missing, within 15 s', async () => {
    const { host, guest } = await meet('symmetric', 'symmetric', 'stun');
    const [guestLine, hostLine] = [await guest.with('failed'), await host.with('failed')];
    expect([guestLine['failed'], hostLine['failed']]).toEqual(['ice_failed_no_turn', 'ice_failed_no_turn']);
    expect(guestLine['ms']).toBeLessThan(18_000);
  }, 120_000);

  it('where UDP does not pass, a host with a WebSocket is reached by that, long before 15 s', async () => {
    lab = NatLab.up('cone', 'blocked');
    const { port } = await start('public', 'lobby-at', PUBLIC_ADDRESS, '{}').with('port');
    const url = `ws://${PUBLIC_ADDRESS}:${port}`;
    const server = start('public', 'server', url, PUBLIC_ADDRESS, '9081');
    const { code } = await server.with('code');
    const guest = start('right', 'player', url, String(code));
    const { connected, ms } = await guest.with('connected');
    expect(connected).toBe(1);
    expect((await guest.with('got'))['got']).toBe('hello');
    expect(await server.with('connected')).toMatchObject({ by: 'WebSocket' });
    expect((await server.with('got'))['got']).toBe('hello');
    console.log(`figure lobby-nat-blocked-websocket ${ms} ms`);
    expect(ms).toBeLessThan(10_000);
  }, 120_000);

  it('where UDP does not pass, the player is told', async () => {
    const { guest } = await meet('cone', 'blocked', 'stun');
    expect((await guest.with('failed'))['failed']).toBe('stun_unreachable');
  }, 120_000);
});
