import { LINK_FEATURE } from './link/link-limits.js';
import { RPC_FEATURE } from './rpc/ask-options.js';

/** The peer takes the features of those it reaches through the server; see docs/wire.md. */
export const RELAY_FEATURE = 'relay1';

/** The peer understands what two `PeerMedia` say to each other over the link; see docs/wire.md. */
export const MEDIA_FEATURE = 'media1';

/** What every peer of this library announces, unless it is to speak as Godot does. */
export const ANNOUNCED_FEATURES: readonly string[] = [LINK_FEATURE, RELAY_FEATURE, RPC_FEATURE];

/** What is announced where tracks can travel, too. */
export const WEBRTC_FEATURES: readonly string[] = [...ANNOUNCED_FEATURES, MEDIA_FEATURE];

/** What is known of a peer that announced nothing. */
export const NO_FEATURES: readonly string[] = [];
