import { type DataChannel, PeerConnection } from 'node-datachannel';
import { ConnectionState, type WebRTCDataChannel, WebRTCPeerConnection } from 'scenewire';
import { expect, it, vi } from 'vitest';
import { closeConnection } from '../../src/extension/native/native-lifetime.js';
import { block, ON_LOOPBACK } from './support/native-pair.js';

vi.mock('../../src/extension/native/native-lifetime.js', async (importOriginal) => {
  const all = await importOriginal<typeof import('../../src/extension/native/native-lifetime.js')>();
  return { ...all, closeConnection: vi.fn(all.closeConnection) };
});

const OPEN = 1;
/** Several times as many as are put up with. */
const STORM = 64;
/** For the library's threads, while the receiver hears of nothing. */
const MEANWHILE_MS = 200;

/** The other side, without this library. */
function join(connection: WebRTCPeerConnection, storm: PeerConnection): void {
  connection.session_description_created.connect((type, sdp) => {
    connection.setLocalDescription(type, sdp);
    storm.setRemoteDescription(sdp, 'answer');
  });
  connection.ice_candidate_created.connect((media, _index, name) => storm.addRemoteCandidate(name, media));
  storm.onLocalDescription((sdp, type) => void connection.setRemoteDescription(type as 'offer', sdp));
  storm.onLocalCandidate((name, media) => void connection.addIceCandidate(media, 0, name.replace(/^a=/, '')));
}

it('however many channels the other side opens and closes, the connection fails once, and waits for the ends of its own', async () => {
  const connection = new WebRTCPeerConnection({ configuration: ON_LOOPBACK });
  const storm = new PeerConnection('storm', { iceServers: [], ...ON_LOOPBACK.libdatachannel });
  const kept: DataChannel[] = [];
  const open = (label: string): DataChannel => {
    const channel = storm.createDataChannel(label);
    kept.push(channel);
    return channel;
  };
  const given: WebRTCDataChannel[] = [];
  connection.data_channel_received.connect((channel) => given.push(channel));
  const until = (holds: () => boolean): Promise<void> =>
    vi.waitFor(
      () => {
        connection.poll();
        expect(holds()).toBe(true);
      },
      { timeout: 60_000, interval: 2 },
    );
  try {
    join(connection, storm);
    for (const label of ['one', 'two']) open(label);
    await until(() => given.length === 2 && given.every((channel) => channel.getReadyState() === OPEN));
    for (let n = 0; n < STORM; n += 1) open(`zombie ${n}`).close();
    block(MEANWHILE_MS);
    await until(() => connection.getConnectionState() === ConnectionState.STATE_FAILED);
    connection.close();
    await until(() => vi.mocked(closeConnection).mock.calls.length > 0);
    // All that follow each other have been heard of by now.
    await new Promise(setImmediate);
    expect(vi.mocked(closeConnection).mock.calls.map(([, openChannels]) => openChannels)).toEqual([2]);
  } finally {
    connection.close();
    storm.close();
  }
});
