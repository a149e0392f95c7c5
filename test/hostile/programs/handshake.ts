import type { WebRTCPeerConnection } from 'scenewire';

/** Which network the programs may use: the machine's own addresses, or those of the namespace they run in. */
export const configuration =
  process.env.SCENEWIRE_LOOPBACK_ONLY === '1' ? { libdatachannel: { bindAddress: '127.0.0.1' } } : {};

/** Lets what one connection makes reach the other, inside the polls. */
export function join(from: WebRTCPeerConnection, to: WebRTCPeerConnection): void {
  from.session_description_created.connect((type, sdp) => {
    from.setLocalDescription(type, sdp);
    to.setRemoteDescription(type, sdp);
  });
  from.ice_candidate_created.connect((media, index, name) => to.addIceCandidate(media, index, name));
}

export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
