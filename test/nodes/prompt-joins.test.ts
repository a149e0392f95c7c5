import { CompositeMultiplayerPeer, WebRTCMultiplayerPeer, WebRTCPeerConnection } from 'scenewire';
import { createHeadless, type HeadlessNetwork, pollPromptly } from 'scenewire/headless';
import { afterEach, describe, expect, it } from 'vitest';

const ON_LOOPBACK = { configuration: { libdatachannel: { bindAddress: '127.0.0.1' } } };
const DESCRIBED = 'described';

const nets: HeadlessNetwork[] = [];
const connections: WebRTCPeerConnection[] = [];
afterEach(() => {
  for (const net of nets.splice(0)) net.close();
  for (const connection of connections.splice(0)) connection.close();
});

/** Two ends whose signalling is a call, and what they tell. */
function connect(): { ends: [WebRTCPeerConnection, WebRTCPeerConnection]; told: string[] } {
  const ends: [WebRTCPeerConnection, WebRTCPeerConnection] = [
    new WebRTCPeerConnection(ON_LOOPBACK),
    new WebRTCPeerConnection(ON_LOOPBACK),
  ];
  connections.push(...ends);
  const told: string[] = [];
  ends.forEach((end, at) => {
    const other = ends[1 - at] as WebRTCPeerConnection;
    end.session_description_created.connect((type, sdp) => {
      told.push(DESCRIBED);
      end.setLocalDescription(type, sdp);
      other.setRemoteDescription(type, sdp);
    });
    end.ice_candidate_created.connect((...candidate) => other.addIceCandidate(...candidate));
  });
  return { ends, told };
}

/** Ticks when it is told to. */
function headless(peer: WebRTCMultiplayerPeer | CompositeMultiplayerPeer, promptJoins?: boolean): HeadlessNetwork {
  const net = createHeadless(promptJoins === undefined ? {} : { promptJoins });
  nets.push(net);
  net.fixedLoop.stop();
  net.multiplayer.multiplayerPeer = peer;
  net.loop.tick();
  return net;
}

/** A game that two headless networks are about to play, its offer made, and whom it has heard of. */
function begin(promptJoins?: boolean): ReturnType<typeof connect> & { heard: number[]; tick(): void } {
  const [server, client] = [new WebRTCMultiplayerPeer(), new WebRTCMultiplayerPeer()];
  server.createServer();
  client.createClient(2);
  const composite = new CompositeMultiplayerPeer();
  composite.createServer([server]);
  const heard: number[] = [];
  for (const peer of [composite, client]) peer.peer_connected.connect((id) => void heard.push(id));
  const games = [headless(composite, promptJoins), headless(client, promptJoins)];
  const pair = connect();
  server.addPeer(pair.ends[0], 2);
  client.addPeer(pair.ends[1], 1);
  pair.ends[0].createOffer();
  return {
    ...pair,
    heard,
    tick: () => {
      for (const game of games) game.loop.tick();
    },
  };
}

const stand = (ends: readonly WebRTCPeerConnection[]): Promise<unknown> =>
  Promise.all(ends.flatMap((end) => end.getDataChannels().map((channel) => channel.opened.once())));

describe('joins in a headless network', () => {
  it('need no tick, and the game hears of them with the next one', { timeout: 60_000 }, async () => {
    const waiting = begin(false);
    const { ends, heard, tick } = begin();
    await stand(ends);
    expect(heard).toEqual([]);
    expect(waiting.told).toEqual([]);
    tick();
    expect(heard.sort()).toEqual([1, 2]);
    waiting.tick();
    expect(waiting.told).toEqual([DESCRIBED]);
  });

  it('are left alone when it is closed, or has another peer', () => {
    const peer = new WebRTCMultiplayerPeer();
    peer.createServer();
    const net = headless(peer);
    expect(peer.onWaiting).not.toBeNull();
    net.multiplayer.multiplayerPeer = null;
    net.loop.tick();
    expect(peer.onWaiting).toBeNull();
    net.multiplayer.multiplayerPeer = peer;
    net.loop.tick();
    net.close();
    expect(peer.onWaiting).toBeNull();
  });
});

describe('pollPromptly', () => {
  it('polls what nobody else polls, until it is told to stop', { timeout: 60_000 }, async () => {
    const { ends } = connect();
    for (const end of ends) end.createDataChannel('game', { negotiated: true, id: 1 });
    const stops = ends.map(pollPromptly);
    ends[0].createOffer();
    await stand(ends);
    for (const stop of stops) stop();

    const [stopped, other] = [new WebRTCPeerConnection(ON_LOOPBACK), new WebRTCPeerConnection(ON_LOOPBACK)];
    connections.push(stopped, other);
    const told: string[] = [];
    for (const [name, end] of Object.entries({ stopped, other })) {
      end.createDataChannel('game');
      const stop = pollPromptly(end);
      if (name === 'stopped') stop();
      end.connection_state_changed.connect(() => void told.push(name));
      end.createOffer();
    }
    await other.session_description_created.once();
    expect(told).toEqual(['other']);
  });
});
