import {
  type Err,
  type ExtensionClass,
  type RtcConfiguration,
  type WebRTCMultiplayerPeer,
  WebRTCPeerConnection,
} from 'scenewire';

export interface InProcessOptions {
  readonly configuration?: RtcConfiguration | undefined;
  /** The back ends of the two ends. Default: the default one. */
  readonly serverExtension?: ExtensionClass | undefined;
  readonly clientExtension?: ExtensionClass | undefined;
}

/** Joins a server and a client that live in one program: their signalling is a function call. */
export function joinInProcess(
  server: WebRTCMultiplayerPeer,
  client: WebRTCMultiplayerPeer,
  { configuration, serverExtension, clientExtension }: InProcessOptions = {},
): Err {
  const id = client.generateUniqueId();
  client.createClient(id);
  const here = new WebRTCPeerConnection({ configuration, extension: serverExtension });
  const there = new WebRTCPeerConnection({ configuration, extension: clientExtension });
  server.addPeer(here, id);
  client.addPeer(there, 1);
  for (const [from, to] of [
    [here, there],
    [there, here],
  ] as const) {
    from.session_description_created.connect((type, sdp) => {
      from.setLocalDescription(type, sdp);
      to.setRemoteDescription(type, sdp);
    });
    from.ice_candidate_created.connect((media, index, name) => to.addIceCandidate(media, index, name));
  }
  return here.createOffer();
}
