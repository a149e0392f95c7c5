import { MEDIA_FEATURE } from '../announced-features.js';
import type { ConnectedPeer } from '../connected-peer.js';
import type { MultiplayerPeer } from '../multiplayer-peer.js';
import { TARGET_PEER_SERVER } from '../multiplayer-types.js';
import { MediaPeer } from './media-peer.js';
import { isCarrier, type MediaPort } from './media-port.js';
import type { MediaUser } from './media-user.js';
import type { MediaWord } from './media-word.js';

interface Known {
  readonly peer: MediaPeer;
  /** Those who deal with its tracks. */
  users: readonly MediaUser[];
}

/** The peers of a game that can have tracks, whoever deals with them: what was agreed with a peer outlives its users. */
export class MediaPeers implements MediaPort {
  readonly #peer: MultiplayerPeer;
  readonly #known = new Map<ConnectedPeer, Known>();
  /** The same, replaced when somebody comes or goes. */
  #list: readonly Known[] = [];
  #users: readonly MediaUser[] = [];
  /** Words of peers that made no sense. */
  refusedWords = 0;

  constructor(peer: MultiplayerPeer) {
    this.#peer = peer;
  }

  /** Those of a multiplayer peer, the same for everybody who asks; null where no transport of it can have tracks. */
  static of(peer: MultiplayerPeer): MediaPeers | null {
    if (!isCarrier(peer)) return null;
    const { media } = peer;
    const peers = media instanceof MediaPeers ? media : new MediaPeers(peer);
    // Also where one of several transports has it already.
    peer.media = peers;
    return peers;
  }

  /** False when there is another one of its sort. */
  add(user: MediaUser): boolean {
    if (this.#users.some(({ forwards }) => forwards === user.forwards)) return false;
    this.#users = [...this.#users, user];
    for (const known of this.#known.values()) this.#introduce(known, user);
    return true;
  }

  /** What it sends it has taken back already. */
  remove(user: MediaUser): void {
    this.#users = this.#users.filter((other) => other !== user);
    for (const known of this.#known.values()) {
      if (!known.users.includes(user)) continue;
      known.users = known.users.filter((other) => other !== user);
      if (known.users.length > 0) sayHello(known);
      else known.peer.say({ type: 'goodbye' });
    }
  }

  poll(peers: readonly ConnectedPeer[]): void {
    const known = this.#list;
    // PERF: by number. Frames ask, and an iterator would be garbage.
    for (let at = 0; at < known.length; at += 1) if (!known[at]!.peer.isPresent) this.#forget(known[at]!);
    for (let at = 0; at < peers.length; at += 1) {
      const peer = peers[at]!;
      if (peer.connected && !this.#known.has(peer)) this.#meet(peer);
    }
    for (let at = 0; at < this.#list.length; at += 1) this.#list[at]!.peer.flush();
    const users = this.#users;
    for (let at = 0; at < users.length; at += 1) users[at]!.onPoll();
  }

  onWord(connected: ConnectedPeer, bytes: Uint8Array): void {
    // It may speak before this side's first poll with it.
    const known = this.#known.get(connected) ?? this.#meet(connected);
    if (known === null) return;
    const word = known.peer.hear(bytes);
    if (word === null) this.refusedWords += 1;
    else if (word.type === 'hello') this.#onHello(known, word.forwards);
    else if (word.type === 'goodbye') onGoodbye(known);
    else if (word.type === 'listeners' || word.type === 'withheld') onWish(known, word);
  }

  /** Whether this side has something to do with the tracks of a peer besides passing them on. */
  hasPlayer(peer: MediaPeer): boolean {
    return this.#known.get(peer.peer)?.users.some(({ forwards }) => !forwards) === true;
  }

  /** Null for who takes no tracks, or when this side has nobody for them. */
  #meet(connected: ConnectedPeer): Known | null {
    if (!connected.features.includes(MEDIA_FEATURE)) return null;
    if (!this.#users.some((user) => user.takes(connected))) return null;
    const peer = new MediaPeer(connected, this.#peer.getUniqueId() > connected.id);
    const known: Known = { peer, users: [] };
    this.#known.set(connected, known);
    this.#list = [...this.#known.values()];
    const { track_added, track_removed } = connected.connection;
    track_added.connect((streams, track) => {
      for (const user of known.users) user.onTrack(peer, streams, track);
    });
    track_removed.connect((_streams, track) => {
      for (const user of known.users) user.onTrackGone(peer, track);
    });
    for (const user of this.#users) this.#introduce(known, user);
    return known;
  }

  #introduce(known: Known, user: MediaUser): void {
    const { peer } = known;
    if (!user.takes(peer.peer)) return;
    known.users = [...known.users, user];
    sayHello(known);
    user.onMet(peer);
    for (const [track, streams] of peer.remoteTracks) user.onTrack(peer, streams, track);
    if (peer.isWelcome) user.onWelcome(peer);
  }

  #onHello(known: Known, forwards: boolean): void {
    const { peer, users } = known;
    // Only the server of a game can know who is who.
    peer.forwards = forwards && peer.id === TARGET_PEER_SERVER && this.#peer.isServerRelaySupported();
    if (!peer.forwards) peer.listeners = null;
    if (peer.isWelcome) return;
    peer.isWelcome = true;
    // The first one was lost on a side that had nobody for tracks yet.
    if (users.length > 0) sayHello(known);
    for (const user of users) user.onWelcome(peer);
  }

  #forget({ peer, users }: Known): void {
    this.#known.delete(peer.peer);
    this.#list = [...this.#known.values()];
    peer.close();
    for (const user of users) user.onGone(peer);
  }
}

function onGoodbye({ peer, users }: Known): void {
  if (!peer.isWelcome) return;
  peer.isWelcome = false;
  for (const user of users) user.onUnwelcome(peer);
}

function onWish({ peer, users }: Known, word: MediaWord & { readonly ids: readonly number[] }): void {
  if (word.type === 'withheld') peer.withheld.set(word.kind, new Set(word.ids));
  else if (peer.forwards) peer.listeners = word.ids;
  for (const user of users) user.onWish(peer);
}

function sayHello({ peer, users }: Known): void {
  peer.forgetSaid();
  peer.say({ type: 'hello', forwards: users.some(({ forwards }) => forwards) });
}
