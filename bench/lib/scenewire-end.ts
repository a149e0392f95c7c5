import { type WebRTCDataChannel, WebRTCPeerConnection, type WebRTCPeerConnectionInit } from 'scenewire';
import { ADDRESS, type ChannelSpec, End, type Mail } from './end.js';

export const onNative: WebRTCPeerConnectionInit = { configuration: { libdatachannel: { bindAddress: ADDRESS } } };

/** Our own library, on its native back end unless another one is given. */
export class ScenewireEnd extends End {
  readonly connection: WebRTCPeerConnection;
  readonly #channel: WebRTCDataChannel;

  constructor(channels: readonly ChannelSpec[], post: (mail: Mail) => void, init: WebRTCPeerConnectionInit = onNative) {
    super(channels);
    const connection = new WebRTCPeerConnection(init);
    this.connection = connection;
    postFrom(connection, post);
    connection.connection_state_changed.connect((state) => {
      if (state === WebRTCPeerConnection.STATE_FAILED) this.noteFailed();
    });
    const made = channels.map(({ label, ...options }) =>
      connection.createDataChannel(label, { ...options, negotiated: true }),
    );
    for (const channel of made) channel?.opened.connect(() => this.noteOpened());
    this.#channel = made[0] as WebRTCDataChannel;
  }

  offer(): void {
    this.connection.createOffer();
  }

  receive(mail: Mail): void {
    deliverTo(this.connection, mail);
  }

  poll(): void {
    this.connection.poll();
  }

  close(): void {
    this.connection.close();
  }

  send(packet: Uint8Array, times: number): void {
    const channel = this.#channel;
    for (let i = 0; i < times; i += 1) channel.putPacket(packet);
  }

  buffered(): number {
    return this.#channel.getBufferedAmount();
  }

  take(): number {
    const channel = this.#channel;
    let bytes = 0;
    while (channel.getAvailablePacketCount() > 0) bytes += channel.getPacket().length;
    return bytes;
  }
}

/** What a connection has to tell its other end. */
export function postFrom(connection: WebRTCPeerConnection, post: (mail: Mail) => void): void {
  connection.session_description_created.connect((type, sdp) => {
    connection.setLocalDescription(type, sdp);
    post({ kind: 'description', type: type as 'offer' | 'answer', sdp });
  });
  connection.ice_candidate_created.connect((media, _index, name) => post({ kind: 'candidate', media, name }));
}

export function deliverTo(connection: WebRTCPeerConnection, mail: Mail): void {
  if (mail.kind === 'description') connection.setRemoteDescription(mail.type, mail.sdp);
  else connection.addIceCandidate(mail.media, 0, mail.name);
}
