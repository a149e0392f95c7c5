import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionState, Err, setErrorHandler, type WebRTCDataChannel, WebRTCPeerConnection } from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Letter, TabPlayer } from '../../samples/own-backend/sim.js';
import { TabConnection } from '../../samples/own-backend/tab-connection.js';

const PATIENCE_MS = 5000;
const errors: string[] = [];

beforeEach(() => {
  errors.length = 0;
  setErrorHandler((text) => errors.push(text));
});
afterEach(() => {
  setErrorHandler(null);
  expect(errors).toEqual([]);
});

/** Two connections of this back end, joined by their signals. */
class TabPair {
  readonly a = new WebRTCPeerConnection({ extension: TabConnection });
  readonly b = new WebRTCPeerConnection({ extension: TabConnection });
  readonly channels: readonly WebRTCDataChannel[];

  constructor() {
    this.channels = [this.a, this.b].map(
      (pc) => pc.createDataChannel('game', { negotiated: true, id: 7 }) as WebRTCDataChannel,
    );
    for (const [from, to] of [
      [this.a, this.b],
      [this.b, this.a],
    ] as const) {
      from.session_description_created.connect((type, sdp) => {
        expect(from.setLocalDescription(type, sdp)).toBe(Err.OK);
        expect(to.setRemoteDescription(type, sdp)).toBe(Err.OK);
      });
    }
    expect(this.a.createOffer()).toBe(Err.OK);
  }

  /** Frames until something holds. What travels on a BroadcastChannel needs turns of the event loop. */
  async until(condition: () => boolean): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!condition()) {
      if (performance.now() > deadline) throw new Error(`never came true: ${condition}`);
      await sleep(1);
      this.a.poll();
      this.b.poll();
    }
  }

  isOpen = (): boolean => this.channels.every((channel) => channel.getReadyState() === 1);
}

describe('the back end of samples/own-backend', () => {
  it('connects, opens, carries packets both ways in order, and tells text from bytes', async () => {
    const pair = new TabPair();
    await pair.until(pair.isOpen);
    const [one, two] = pair.channels as [WebRTCDataChannel, WebRTCDataChannel];
    expect([pair.a.isPeerConnected(), pair.b.isPeerConnected()]).toEqual([true, true]);
    expect([one.getId(), two.getId()]).toEqual([7, 7]);

    const buffer = new Uint8Array([9, 0, 9]);
    for (let value = 0; value < 50; value += 1) {
      buffer[1] = value;
      expect(one.putPacket(buffer.subarray(1, 2))).toBe(Err.OK);
    }
    two.setWriteMode(0);
    two.putPacket(new TextEncoder().encode('text ✓'));
    await pair.until(() => two.getAvailablePacketCount() === 50 && one.getAvailablePacketCount() === 1);
    expect(Array.from({ length: 50 }, () => [...two.getPacket()])).toEqual(
      Array.from({ length: 50 }, (_, value) => [value]),
    );
    expect([new TextDecoder().decode(one.getPacket()), one.wasStringPacket()]).toEqual(['text ✓', true]);
    pair.a.close();
    pair.b.close();
  });

  it('closing a channel is seen on both sides and leaves the connection', async () => {
    const pair = new TabPair();
    await pair.until(pair.isOpen);
    pair.channels[0]?.close();
    await pair.until(() => pair.channels.every((channel) => channel.getReadyState() === 3));
    expect([pair.a.isPeerConnected(), pair.b.isPeerConnected()]).toEqual([true, true]);
    pair.a.close();
    pair.b.close();
  });

  it('closing one side reads DISCONNECTED and CLOSED on the other, and unread packets stay', async () => {
    const pair = new TabPair();
    await pair.until(pair.isOpen);
    const heard: string[] = [];
    pair.b.connection_state_changed.connect((state) => heard.push(`state ${state}`));
    pair.b.disconnected.connect(() => heard.push('disconnected'));
    pair.channels[0]?.putPacket(new Uint8Array([1]));
    pair.a.close();
    await pair.until(() => pair.b.getConnectionState() === ConnectionState.STATE_CLOSED);
    expect(heard).toEqual(['state 3', 'disconnected', 'state 5']);
    expect(pair.channels[1]?.getAvailablePacketCount()).toBe(1);
  });

  it('a closed connection connects again after initialize()', async () => {
    const pair = new TabPair();
    await pair.until(pair.isOpen);
    for (const connection of [pair.a, pair.b]) expect(connection.initialize()).toBe(Err.OK);
    const channels = [pair.a, pair.b].map((pc) => pc.createDataChannel('again', { negotiated: true, id: 1 }));
    expect(pair.a.createOffer()).toBe(Err.OK);
    await pair.until(() => channels.every((channel) => channel?.getReadyState() === 1));
    pair.a.close();
    pair.b.close();
  });

  it('players pair up whoever comes first, and also when both come at once', async () => {
    for (const order of ['one by one', 'at once']) {
      const mail: Letter[] = [];
      const players = [0, 1].map(() => new TabPlayer((letter) => mail.push(letter)));
      const deliver = (to: readonly TabPlayer[]): void => {
        for (const letter of mail.splice(0)) for (const p of to) if (p.id !== letter.from) p.receive(letter);
      };
      players[0]?.announce();
      // Nobody listens yet when the first one comes.
      if (order === 'one by one') deliver([]);
      players[1]?.announce();
      const deadline = performance.now() + PATIENCE_MS;
      while (!players.every((player) => player.canSend) && performance.now() < deadline) {
        deliver(players);
        for (const player of players) player.process();
        await sleep(1);
      }
      expect(players.map((player) => player.state)).toEqual(['STATE_CONNECTED', 'STATE_CONNECTED']);
      for (const player of players) player.close();
    }
  });
});
