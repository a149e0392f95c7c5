import { type RtcConfiguration, WebRTCPeerConnection } from 'scenewire';

/** What a connection wants carried to the other side. */
export type Mail = { type: string; sdp: string } | { media: string; index: number; name: string };

/** A connection whose offers, answers and candidates are collected, for a test to carry them between processes. */
export class MailedConnection {
  readonly connection: WebRTCPeerConnection;
  readonly #outbox: Mail[] = [];

  constructor(configuration: RtcConfiguration = {}) {
    this.connection = new WebRTCPeerConnection({ configuration });
    this.connection.session_description_created.connect((type, sdp) => {
      this.connection.setLocalDescription(type, sdp);
      this.#outbox.push({ type, sdp });
    });
    this.connection.ice_candidate_created.connect((media, index, name) => this.#outbox.push({ media, index, name }));
  }

  /** What is to go to the other side. */
  take(): Mail[] {
    return this.#outbox.splice(0);
  }

  /** What has come from there. */
  give(mail: readonly Mail[]): void {
    for (const item of mail) {
      if ('sdp' in item) this.connection.setRemoteDescription(item.type as 'offer', item.sdp);
      else this.connection.addIceCandidate(item.media, item.index, item.name);
    }
  }
}
