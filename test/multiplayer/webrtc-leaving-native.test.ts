import { WebRTCMultiplayerPeer, WebRTCPeerConnection } from 'scenewire';
import { afterEach, expect, test } from 'vitest';
import { configuration } from '../hostile/programs/handshake.js';

let frames: NodeJS.Timeout | undefined;
afterEach(() => clearInterval(frames));

/** A server and its client, without the link, as Godot's peers are; what each is told of the other's end. */
async function play(): Promise<{ server: WebRTCMultiplayerPeer; client: WebRTCMultiplayerPeer; told: string[] }> {
  const [server, client] = [new WebRTCMultiplayerPeer({ link: false }), new WebRTCMultiplayerPeer({ link: false })];
  server.createServer();
  client.createClient(2);
  const ends = [new WebRTCPeerConnection({ configuration }), new WebRTCPeerConnection({ configuration })] as const;
  for (const [one, other] of [ends, [ends[1], ends[0]] as const]) {
    one.session_description_created.connect((type, sdp) => {
      one.setLocalDescription(type, sdp);
      other.setRemoteDescription(type, sdp);
    });
    one.ice_candidate_created.connect((...candidate) => other.addIceCandidate(...candidate));
  }
  server.addPeer(ends[0], 2);
  client.addPeer(ends[1], 1);
  ends[0].createOffer();
  const told: string[] = [];
  for (const peer of [server, client])
    peer.peer_disconnected.connect((id, reason) => void told.push(`${id} ${reason}`));
  frames = setInterval(() => {
    for (const peer of [server, client]) peer.poll();
  }, 4);
  await expect.poll(() => server.getPeer(2)?.connected && client.getPeer(1)?.connected, { timeout: 30_000 }).toBe(true);
  return { server, client, told };
}

// The library closes the channels of a connection one after the other, well before the connection.
test.each(['server', 'client'] as const)(
  'a %s that closes has left, for who has no link too',
  { timeout: 60_000 },
  async (who) => {
    const game = await play();
    game[who].close();
    const left = who === 'server' ? '1 left' : '2 left';
    await expect.poll(() => game.told, { timeout: 30_000 }).toContain(left);
    expect(game.told).toEqual([left]);
    game.server.close();
    game.client.close();
  },
);
