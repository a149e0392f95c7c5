import { isFirefoxDescription, isNativeDescription, offeredAsClient } from '../session-description.js';
import type { ConnectionConfig } from '../webrtc-options.js';

/**
 * Who is the DTLS server. The other side may be the first whose ICE connects, and if it is the client, its first packet
 * reaches us before we are ready for it. Over a relay of ours, that can stop the library for good: see docs/native.md, "TURN".
 */
export class DtlsRole {
  readonly hasRelay: boolean;
  readonly #onlyRelay: boolean;

  constructor(config: ConnectionConfig) {
    this.hasRelay = config.iceServers.some(({ urls }) => [urls].flat().some((url) => url.startsWith('turn')));
    this.#onlyRelay = this.hasRelay && config.iceTransportPolicy === 'relay';
  }

  /** The offer that the other side gets. Over relays alone it is the first to connect, since its check opens the way. */
  offered(sdp: string): string {
    return this.#onlyRelay ? offeredAsClient(sdp) : sdp;
  }

  /** The offer that the library gets: as "active" is read, the answer says "passive", which every stack takes. */
  answered(sdp: string): string {
    return this.#isServerFor(sdp) ? offeredAsClient(sdp) : sdp;
  }

  #isServerFor(offer: string): boolean {
    if (isNativeDescription(offer)) return this.#onlyRelay;
    // Firefox as the server loses our first packet every time, which costs a second.
    return isFirefoxDescription(offer) ? !this.#onlyRelay : !this.hasRelay;
  }
}
