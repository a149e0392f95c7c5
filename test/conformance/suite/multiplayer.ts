import type { WebRTCMultiplayerPeer as Peer } from 'scenewire';
import { type Bench, expect, type Section } from '../support/arrangement.js';
import type { Lab } from '../support/lab.js';

type Side = 'a' | 'b';

/** How one side plays: its own id, the id of the other, and how it begins. */
interface Player {
  readonly side: Side;
  readonly mode: 'server' | 'client' | 'mesh';
  readonly id: number;
  readonly other: number;
  readonly channels: readonly (0 | 1 | 2)[];
}

// The functions that run in a world are sent there as text: what they need is in `lab.kept` or an argument.

/** Makes the connection and its multiplayer peer; the mail travels by itself. */
async function enter({ pair }: Bench, player: Player): Promise<void> {
  await pair.world(player.side).run((lab, { side, mode, id, other, channels }) => {
    const { connection } = lab.make(side, { to: side === 'a' ? 'b' : 'a' });
    const peer = new lab.sw.WebRTCMultiplayerPeer();
    const signals: string[] = [];
    peer.peer_connected.connect((who) => signals.push(`connected ${who}`));
    peer.peer_disconnected.connect((who) => signals.push(`disconnected ${who} ${peer.getConnectionStatus()}`));
    if (mode === 'server') peer.createServer(channels);
    else if (mode === 'client') peer.createClient(id, channels);
    else peer.createMesh(id, channels);
    lab.kept[`mp ${side}`] = peer;
    lab.polled.push(peer);
    lab.kept[`signals ${side}`] = signals;
    if (peer.addPeer(connection, other, 100) !== 0) throw new Error('The connection was not taken');
  }, player);
}

/** Runs frames, in which both multiplayer peers are polled, until `side` has heard so many signals. */
async function untilSignals({ pair }: Bench, side: Side, count: number): Promise<void> {
  const polled = (lab: Lab, [name, least]: readonly [string, number]): boolean => {
    (lab.kept[`mp ${name}`] as Peer).poll();
    return (lab.kept[`signals ${name}`] as string[]).length >= least;
  };
  await pair.until(side, polled, [side, count] as const);
}

async function connect(bench: Bench, one: Omit<Player, 'side'>, two: Omit<Player, 'side'>): Promise<void> {
  await enter(bench, { ...one, side: 'a' });
  await enter(bench, { ...two, side: 'b' });
  await bench.pair.offer('a');
  await untilSignals(bench, 'a', 1);
  await untilSignals(bench, 'b', 1);
}

const SERVER = { mode: 'server', id: 1, other: 7, channels: [2, 0] } as const;
const CLIENT = { mode: 'client', id: 7, other: 1, channels: [2, 0] } as const;

function put(
  { pair }: Bench,
  side: Side,
  target: number,
  channel: number,
  mode: number,
  bytes: number[],
): Promise<number> {
  return pair.world(side).run(
    (lab, [name, to, on, how, packet]) => {
      const peer = lab.kept[`mp ${name}`] as Peer;
      peer.setTargetPeer(to);
      peer.transferChannel = on;
      peer.transferMode = how as 0 | 1 | 2;
      return peer.putPacket(Uint8Array.from(packet));
    },
    [side, target, channel, mode, bytes] as const,
  );
}

/** Everything that a side can read now: sender, channel, mode and bytes of each. */
function read({ pair }: Bench, side: Side): Promise<number[][]> {
  return pair.world(side).run((lab, name) => {
    const peer = lab.kept[`mp ${name}`] as Peer;
    const all: number[][] = [];
    peer.poll();
    while (peer.getAvailablePacketCount() > 0) {
      const about = [peer.getPacketPeer(), peer.getPacketChannel(), peer.getPacketMode()];
      all.push([...about, ...peer.getPacket()]);
    }
    return all;
  }, side as string);
}

/**
 * Puts a packet on one side until the other has it, for those that may be lost. `number` is its only byte, and tells it
 * from late copies of others. Gives what the other side read of it.
 */
async function pass(bench: Bench, side: Side, to: number, channel: number, mode: number, number: number) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    expect(await put(bench, side, to, channel, mode, [number])).toBe(0);
    for (let frame = 0; frame < 20; frame += 1) {
      await bench.pair.frames(1);
      const found = (await read(bench, side === 'a' ? 'b' : 'a')).find((packet) => packet[3] === number);
      if (found !== undefined) return found;
    }
  }
  throw new Error(`Packet ${number} never arrived`);
}

function signals({ pair }: Bench, side: Side): Promise<string[]> {
  return pair.world(side).run((lab, name) => lab.kept[`signals ${name}`] as string[], side as string);
}

function status({ pair }: Bench, side: Side): Promise<number> {
  return pair.world(side).run((lab, name) => (lab.kept[`mp ${name}`] as Peer).getConnectionStatus(), side as string);
}

/** where a back end shows: the rest needs none, and stands in the unit tests. */
export const multiplayer: Section = (bench, rule) => {
  rule('R-088 R-104 a server and a client connect and talk in every mode, and on a configured channel', async () => {
    const here = bench();
    await connect(here, SERVER, CLIENT);
    expect([await signals(here, 'a'), await signals(here, 'b')]).toEqual([['connected 7'], ['connected 1']]);
    expect([await status(here, 'a'), await status(here, 'b')]).toEqual([2, 2]);
    for (const mode of [0, 1, 2]) {
      expect(await pass(here, 'a', 7, 0, mode, 10 + mode)).toEqual([1, 0, mode, 10 + mode]);
      expect(await pass(here, 'b', 1, 0, mode, 20 + mode)).toEqual([7, 0, mode, 20 + mode]);
    }
    expect(await pass(here, 'a', 0, 1, 0, 30)).toEqual([1, 1, 2, 30]);
    expect(await pass(here, 'b', 0, 2, 2, 40)).toEqual([7, 2, 0, 40]);
  });

  rule('R-095 R-093 disconnectPeer by the server is seen by the client', async () => {
    const here = bench();
    await connect(here, SERVER, CLIENT);
    await here.run((lab) => {
      (lab.kept['mp a'] as Peer).disconnectPeer(7);
    });
    await untilSignals(here, 'a', 2);
    await untilSignals(here, 'b', 2);
    expect(await signals(here, 'a')).toEqual(['connected 7', 'disconnected 7 2']);
    expect(await signals(here, 'b')).toEqual(['connected 1', 'disconnected 1 2']);
    expect([await status(here, 'a'), await status(here, 'b')]).toEqual([2, 0]);
  });

  rule('R-096 R-097 close() by the client is seen by the server', async () => {
    const here = bench();
    await connect(here, SERVER, CLIENT);
    await here.runB((lab) => (lab.kept['mp b'] as Peer).close());
    await untilSignals(here, 'a', 2);
    expect(await signals(here, 'a')).toEqual(['connected 7', 'disconnected 7 2']);
    expect(await signals(here, 'b')).toEqual(['connected 1']);
  });

  rule('R-084 R-105 members of a mesh reach each other', async () => {
    const here = bench();
    const member = (id: number, to: number) => ({ mode: 'mesh', id, other: to, channels: [] }) as const;
    await connect(here, member(5, 9), member(9, 5));
    expect(await pass(here, 'a', 9, 0, 2, 1)).toEqual([5, 0, 2, 1]);
    expect(await pass(here, 'b', -7, 0, 1, 2)).toEqual([9, 0, 1, 2]);
  });

  rule('R-102 C-27 60,000 bytes pass, whatever the advised size', async () => {
    const here = bench();
    await connect(here, SERVER, CLIENT);
    const sent = await here.run((lab) => (lab.kept['mp a'] as Peer).putPacket(new Uint8Array(60_000).fill(5)));
    const arrived = (lab: Lab): boolean => {
      const peer = lab.kept['mp b'] as Peer;
      peer.poll();
      return peer.getAvailablePacketCount() > 0;
    };
    await here.pair.until('b', arrived, null);
    expect([sent, (await read(here, 'b')).map((packet) => packet.length)]).toEqual([0, [60_003]]);
  });

  rule('D10 scenewire peers have a link: large packets, figures of the route, the reason of an end', async () => {
    const here = bench();
    await connect(here, SERVER, CLIENT);
    await here.runB((lab) => {
      const reasons: string[] = [];
      (lab.kept['mp b'] as Peer).peer_disconnected.connect((_id, reason) => reasons.push(reason));
      lab.kept['reasons b'] = reasons;
    });
    // Without a link it would be larger than a message may be.
    expect(await here.run((lab) => (lab.kept['mp a'] as Peer).putPacket(new Uint8Array(280_000).fill(5)))).toBe(0);
    const arrived = (lab: Lab): boolean => {
      const peer = lab.kept['mp b'] as Peer;
      peer.poll();
      return peer.getAvailablePacketCount() > 0;
    };
    await here.pair.until('b', arrived, null);
    expect((await read(here, 'b')).map((packet) => packet.length)).toEqual([280_003]);
    const measured = (lab: Lab): boolean => {
      const peer = lab.kept['mp a'] as Peer;
      peer.poll();
      return Number(peer.getPeerStats(7)?.rttMs) >= 0 && peer.getPeerClock(7) !== null;
    };
    await here.pair.until('a', measured, null);
    await here.run((lab) => (lab.kept['mp a'] as Peer).disconnectPeer(7));
    await untilSignals(here, 'b', 2);
    expect(await here.runB((lab) => lab.kept['reasons b'] as string[])).toEqual(['kicked']);
  });

  rule('C-13 D7 a browser is really given the lifetimes of the unreliable channels', async () => {
    const { run } = bench();
    const seen = await run((lab) => {
      const { RTCPeerConnection } = globalThis;
      // Other back ends have no way to read it back.
      if (RTCPeerConnection === undefined || lab.extension !== undefined) return null;
      const made: (number | boolean | string | null)[][] = [];
      class Watched extends RTCPeerConnection {
        override createDataChannel(label: string, init?: RTCDataChannelInit): RTCDataChannel {
          const channel = super.createDataChannel(label, init);
          made.push([channel.label, channel.id, channel.ordered, channel.maxPacketLifeTime, channel.maxRetransmits]);
          return channel;
        }
      }
      const peer = new lab.sw.WebRTCMultiplayerPeer();
      const extension = lab.sw.BrowserPeerConnection.using(Watched);
      peer.createServer([2, 1, 0]);
      peer.addPeer(new lab.sw.WebRTCPeerConnection({ extension }), 2, 250);
      peer.close();
      return made;
    });
    if (seen === null) return;
    expect(seen).toEqual([
      ['reliable', 1, true, null, null],
      ['ordered', 2, true, 250, null],
      ['unreliable', 3, false, 250, null],
      ['4', 4, true, null, null],
      ['5', 5, true, 1, null],
      ['6', 6, false, 1, null],
    ]);
  });
};
