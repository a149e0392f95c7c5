import type { WebSocketMultiplayerPeer, WebSocketPeer } from 'scenewire';
import { realClock } from 'scenewire/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BrowserWorld } from '../conformance/support/browser-world.js';
import { recordErrors } from '../core/support/errors.js';
import { WebSocketRoom } from './support/websocket-room.js';

recordErrors();

let world: BrowserWorld;
let room: WebSocketRoom;
let server: WebSocketMultiplayerPeer;

beforeAll(async () => {
  world = await BrowserWorld.open('chromium');
}, 60_000);
afterAll(() => world.close());

beforeEach(async () => {
  await world.reset();
  room = new WebSocketRoom();
  server = room.serve((peer) => {
    peer.supportedProtocols = ['game'];
  });
  return () => room.close();
});

/** What a page's client does until the server has done its part; both are polled meanwhile. */
async function withPage<T>(inPage: Promise<T>): Promise<T> {
  let over = false;
  const done = inPage.finally(() => {
    over = true;
  });
  await room.until(() => over, 'the page');
  return done;
}

const join = (url: string): Promise<number> =>
  withPage(
    world.run(async (lab, to) => {
      const peer = new lab.sw.WebSocketMultiplayerPeer();
      const log: string[] = [];
      Object.assign(lab.kept, { peer, log });
      peer.supportedProtocols = ['other', 'game'];
      peer.peer_connected.connect((id) => log.push(`peer_connected ${id}`));
      peer.peer_disconnected.connect((id) => log.push(`peer_disconnected ${id}`));
      peer.createClient(to);
      for (let i = 0; i < 2000 && peer.getConnectionStatus() === 1; i += 1) {
        await lab.turn();
        peer.poll();
      }
      return peer.getUniqueId();
    }, url),
  );

describe('a page at a server in Node', () => {
  it('R-110 R-112 R-113 gets its id, sends and receives, and sees the end', async () => {
    const id = await join(`ws://127.0.0.1:${server.getServerPort()}/room?scenewire=1`);
    expect(room.log).toEqual([`server peer_connected ${id}`]);
    expect(server.getPeer(id)?.getRequestedUrl()).toContain('/room?scenewire=1');
    expect(server.getPeer(id)?.getSelectedProtocol()).toBe('game');
    await world.run((lab) => {
      const peer = lab.kept['peer'] as WebSocketMultiplayerPeer;
      for (let i = 1; i <= 3; i += 1) peer.putPacket(Uint8Array.of(i));
    }, undefined);
    await room.heard(`server packet ${id} 03`);
    server.putPacket(new Uint8Array(60_000).fill(9));
    server.putPacket(Uint8Array.of(7));
    server.disconnectPeer(id);
    const seen = await withPage(
      world.run(async (lab) => {
        const peer = lab.kept['peer'] as WebSocketMultiplayerPeer;
        const log = lab.kept['log'] as string[];
        for (let i = 0; i < 2000 && peer.getConnectionStatus() !== 0; i += 1) {
          await lab.turn();
          peer.poll();
          while (peer.getAvailablePacketCount() > 0)
            log.push(`packet ${peer.getPacketPeer()} ${peer.getPacket().length}`);
        }
        return [...log, ...lab.errors, peer.getUniqueId()];
      }, undefined),
    );
    expect(seen).toEqual(['peer_connected 1', 'packet 1 60000', 'packet 1 1', 'peer_disconnected 1', 0]);
    await room.heard(`server peer_disconnected ${id}`);
  });

  it('R-118 closes with a code and a reason; codes that a page may not send become 1000', async () => {
    const ends = await withPage(
      world.run(async (lab, url) => {
        const seen: unknown[] = [];
        for (const code of [4001, 1001]) {
          const peer = new lab.sw.WebSocketPeer();
          peer.supportedProtocols = ['game'];
          peer.connectToUrl(url);
          const until = async (state: number): Promise<void> => {
            for (let i = 0; i < 2000 && (peer as WebSocketPeer).getReadyState() !== state; i += 1) {
              await lab.turn();
              peer.poll();
            }
          };
          await until(1);
          peer.close(code, 'bye');
          seen.push(peer.getReadyState());
          await until(3);
          seen.push(peer.getCloseCode(), peer.getCloseReason());
        }
        return seen;
      }, `ws://127.0.0.1:${server.getServerPort()}`),
    );
    expect(ends).toEqual([2, 4001, 'bye', 2, 1000, 'bye']);
  });

  it('R-121 cannot be a server, nor accept streams, nor say anything about TLS', async () => {
    const results = await world.run((lab) => {
      const peer = new lab.sw.WebSocketMultiplayerPeer();
      const socket = new lab.sw.WebSocketPeer();
      return [
        peer.createServer(0),
        socket.acceptStream({}),
        peer.createClient('wss://127.0.0.1', {}),
        lab.errors.length,
      ];
    }, undefined);
    expect(results).toEqual([2, 2, 2, 3]);
  });

  it('a server that is gone, or refuses, leaves it DISCONNECTED', async () => {
    server.supportedProtocols = ['none'];
    expect(await join(`ws://127.0.0.1:${server.getServerPort()}`)).toBe(0);
    const url = `ws://127.0.0.1:${server.getServerPort()}`;
    server.close();
    expect(await join(url)).toBe(0);
    expect(room.log).toEqual([]);
  });
});

describe('a page and a server that speak the link', () => {
  it('exchange large packets, measure, and hear of the end with its reason', async () => {
    const linked = room.make('linked', true, { link: {}, clock: realClock });
    expect(linked.createServer(0)).toBe(0);
    linked.peer_disconnected.connect((_id, reason) => room.log.push(`reason ${reason}`));
    const inPage = world.run(async (lab, url) => {
      const peer = new lab.sw.WebSocketMultiplayerPeer();
      const sizes: number[] = [];
      peer.createClient(url);
      for (let i = 0; i < 4000 && sizes.length < 2; i += 1) {
        await lab.turn();
        peer.poll();
        if (peer.getConnectionStatus() === 2 && i % 100 === 0) peer.putPacket(new Uint8Array(1));
        while (peer.getAvailablePacketCount() > 0) sizes.push(peer.getPacket().length);
      }
      const result = [sizes, peer.getPeerStats(1)?.lanes.length, peer.putPacket(new Uint8Array(200_000))];
      peer.disconnectPeer(1);
      for (let i = 0; i < 4000 && peer.getConnectionStatus() !== 0; i += 1) {
        await lab.turn();
        peer.poll();
      }
      return [...result, peer.getConnectionStatus(), ...lab.errors];
    }, `ws://127.0.0.1:${linked.getServerPort()}/room`);
    linked.peer_connected.connect(() => {
      linked.putPacket(new Uint8Array(1_000_000));
      linked.putPacket(new Uint8Array(3));
    });
    expect(await withPage(inPage)).toEqual([[1_000_000, 3], 1, 0, 0]);
    await room.heard('reason left');
    const sizes = room.log.filter((line) => line.includes('packet')).map((line) => line.split(' ').at(-1)?.length);
    expect(sizes.at(-1)).toBe(400_000);
  });
});
