import { WebRTCPeerConnection } from 'scenewire';
import { pollPromptly } from 'scenewire/headless';
import { LoopbackNetwork } from 'scenewire/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 60_000 });

const ON_LOOPBACK = { configuration: { libdatachannel: { bindAddress: '127.0.0.1' } } };

const connections: WebRTCPeerConnection[] = [];
afterEach(() => {
  for (const connection of connections.splice(0)) connection.close();
});

const make = (options: ConstructorParameters<typeof WebRTCPeerConnection>[0] = ON_LOOPBACK): WebRTCPeerConnection => {
  const connection = new WebRTCPeerConnection(options);
  connections.push(connection);
  return connection;
};

/** Two ends whose signalling is a call, with a channel that both know of. */
function connect(options?: ConstructorParameters<typeof WebRTCPeerConnection>[0]): WebRTCPeerConnection[] {
  const ends = [make(options), make(options)];
  ends.forEach((end, at) => {
    const other = ends[1 - at] as WebRTCPeerConnection;
    end.session_description_created.connect((type, sdp) => {
      end.setLocalDescription(type, sdp);
      other.setRemoteDescription(type, sdp);
    });
    end.ice_candidate_created.connect((...candidate) => other.addIceCandidate(...candidate));
    end.createDataChannel('game', { negotiated: true, id: 1 });
  });
  return ends;
}

const stand = (ends: readonly WebRTCPeerConnection[]): Promise<unknown> =>
  Promise.all(ends.flatMap((end) => end.getDataChannels().map((channel) => channel.opened.once())));

describe('pollPromptly', () => {
  it('polls what nobody else polls', async () => {
    const ends = connect();
    ends.forEach(pollPromptly);
    ends[0]?.createOffer();
    await stand(ends);
  });

  it('polls also back ends that live by being polled', async () => {
    const network = new LoopbackNetwork({ seed: 1, conditions: { latencyMs: 30 } });
    const ends = connect({ extension: network.Extension });
    ends.forEach(pollPromptly);
    ends[0]?.createOffer();
    await stand(ends);
  });

  it('polls also for what a call has caused and nothing has come for', async () => {
    const connection = make();
    pollPromptly(connection);
    await new Promise((later) => setImmediate(later));
    connection.createDataChannel('game');
    await connection.negotiation_needed.once();
  });

  it('runs nothing inside the call that it comes from', async () => {
    const connection = make();
    const told: string[] = [];
    connection.createDataChannel('game');
    pollPromptly(connection);
    connection.session_description_created.connect((type) => void told.push(type));
    connection.createOffer();
    expect(told).toEqual([]);
    await connection.session_description_created.once();
    expect(told).toEqual(['offer']);
  });

  it('ends when it is told to', async () => {
    const [stopped, other] = [make(), make()];
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
    expect(stopped.onWaiting).toBeUndefined();
  });

  it('ends with the connection', async () => {
    const connection = make();
    pollPromptly(connection);
    connection.close();
    await expect.poll(() => connection.onWaiting).toBeUndefined();
  });
});
