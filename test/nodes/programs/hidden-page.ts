import { replicate, WebRTCMultiplayerPeer } from 'scenewire';
import { attach } from 'scenewire/three';
import { Object3D, Scene } from 'three';
import { Chat } from './chat.js';
import { type Mail, MailedConnection } from './mailed-connection.js';

/** A page with a game in it: a host whose box moves with every poll, and which calls the other side. */
const scene = new Scene();
const network = attach(scene, { whenHidden: location.search === '?step' ? 'step' : 'network' });
const box = new Object3D();
box.name = 'Box';
scene.add(box);
const chat = network.bind(box, new Chat());
replicate(chat, { at: 'always' });

const log: string[] = [];
network.hidden_changed.connect((hidden) => log.push(hidden ? 'hidden' : 'shown'));
network.frozen.connect(() => log.push('frozen'));
network.resumed.connect((awayMs) => log.push(`resumed after ${awayMs > 900 ? 'a while' : 'no time'}`));
network.multiplayer.peer_disconnected.connect((id) => log.push(`lost ${id}`));
network.multiplayer.server_disconnected.connect(() => log.push('over'));
addEventListener('error', (event) => log.push(`error ${event.message}`));

let frames = 0;
let polls = 0;
let said = 0;
network.tree.process_frame.connect(() => {
  polls += 1;
  chat.at.x = polls;
  if (polls % 5 === 0 && network.multiplayer.getPeers().length > 0) chat.rpc.say(++said);
});

const loop = network.wrap(() => {
  frames += 1;
});
const turn = (timeMs: number): void => {
  loop(timeMs, undefined);
  requestAnimationFrame(turn);
};
requestAnimationFrame(turn);

let mailed = new MailedConnection();

Object.assign(globalThis, {
  game: {
    /** Begins a game, and to connect to player 2. */
    connect(): void {
      const peer = new WebRTCMultiplayerPeer();
      peer.createServer();
      network.multiplayer.multiplayerPeer = peer;
      mailed = new MailedConnection();
      peer.addPeer(mailed.connection, 2);
      mailed.connection.createOffer();
    },
    exchange(mail: readonly Mail[]): Mail[] {
      mailed.give(mail);
      return mailed.take();
    },
    state: () => ({ frames, polls, said, heard: chat.heard, log, visibility: document.visibilityState }),
  },
});
