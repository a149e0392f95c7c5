/** What runs in the pages of the tests: a player with a key of the browser, driven from outside by name. */
import { SceneMultiplayer, setErrorHandler, WebRTCPeerConnection } from 'scenewire';
import { PlayerIdentity, type PlayerIdentityOptions, playerOf } from 'scenewire/identity';
import { LobbySession, type LobbySessionOptions } from 'scenewire/lobby';

const log: string[] = [];
let identity: PlayerIdentity | null = null;
let session: LobbySession | null = null;
const multiplayer = new SceneMultiplayer();
multiplayer.rootPath = '/root';
setErrorHandler(() => {});

multiplayer.peer_connected.connect((id) => log.push(`connected ${id}`));
multiplayer.peer_packet.connect((id, packet) => log.push(`${id} says ${new TextDecoder().decode(packet)}`));
setInterval(() => {
  multiplayer.poll();
  session?.peer.flush();
}, 8);

/** What a page can be told of its player. */
interface PlayerWishes extends PlayerIdentityOptions {
  /** How far its clock is wrong. */
  readonly minutes?: number;
}

function begin(url: string, pairing?: LobbySessionOptions['pairing']): LobbySession {
  session?.close();
  log.length = 0;
  session = new LobbySession(url, { identity: identity ?? undefined, pairing });
  session.peer_failed.connect((_id, failure) => log.push(`refused ${failure.reason} ${failure.identity}`));
  return session;
}

const page = {
  log: () => log,
  say: (text: string) => multiplayer.sendBytes(new TextEncoder().encode(text)),
  end: () => session?.close(),
  async load({ minutes = 0, ...options }: PlayerWishes) {
    identity = await PlayerIdentity.load({ ...options, now: () => Date.now() + minutes * 60_000 });
    return { fingerprint: identity.fingerprint, kind: identity.publicKey.crv };
  },
  known: async () => [...((await identity?.known()) ?? new Map<string, unknown>()).keys()],
  /** As when the player clears the data of the site. */
  async clear(name: string) {
    const request = indexedDB.deleteDatabase(name);
    return new Promise((resolve) => {
      request.onsuccess = () => resolve('deleted');
      request.onblocked = () => resolve('blocked');
    });
  },
  /** What a script in the page gets out of the database. */
  async steal(name: string) {
    const request = indexedDB.open(name);
    await new Promise((resolve) => {
      request.onsuccess = resolve;
    });
    const read = request.result.transaction('own').objectStore('own').get('keys');
    await new Promise((resolve) => {
      read.onsuccess = resolve;
    });
    const { privateKey } = read.result as CryptoKeyPair;
    request.result.close();
    return crypto.subtle.exportKey('jwk', privateKey).then(
      () => 'a key',
      (thrown: Error) => thrown.name,
    );
  },
  async host(url: string, pairing?: LobbySessionOptions['pairing']) {
    const playing = begin(url, pairing);
    await playing.host();
    multiplayer.multiplayerPeer = playing.peer;
    return playing.invitation;
  },
  async join(url: string, invitation: string, pairing?: LobbySessionOptions['pairing']) {
    const playing = begin(url, pairing);
    await playing.join(invitation);
    multiplayer.multiplayerPeer = playing.peer;
    return playing.lobby.id;
  },
  /** What a connection with a channel and a track tells until it has made its offer. */
  async offerWithTrack() {
    const connection = new WebRTCPeerConnection();
    const told: string[] = [];
    connection.error_occurred.connect((text) => told.push(text));
    connection.createDataChannel('game');
    const [track] = new AudioContext().createMediaStreamDestination().stream.getTracks();
    connection.addLocalTrack(track as MediaStreamTrack);
    connection.createOffer();
    const frames = setInterval(() => connection.poll(), 8);
    await connection.session_description_created.once();
    clearInterval(frames);
    connection.close();
    return told;
  },
  proof: (id: number) => playerOf(multiplayer.getPeerIdentity(id)),
};

Object.assign(globalThis, { player: page });
export type IdentityPage = typeof page;
