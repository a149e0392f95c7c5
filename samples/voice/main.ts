import { LobbySession } from 'scenewire/lobby';
import { Screens, showOnThreeMesh, Voice } from 'scenewire/media';
import { attach, type ThreeNode } from 'scenewire/three';
import { type Object3D, VideoTexture } from 'three';
import { lobbyAddress } from '../shared/lobby-address.js';
import { requireWebGL } from '../shared/require-webgl.js';
import { Courtyard, isWallBetween } from './sim.js';
import { CourtyardView } from './view.js';

const find = <E extends HTMLElement>(selector: string): E => document.querySelector(selector) as E;
const button = (name: string): HTMLButtonElement => find(`[data-do=${name}]`);
const status = find('output');
requireWebGL(find('main'));

const view = new CourtyardView(find('canvas'));
const net = attach(view.scene);
const session = new LobbySession(lobbyAddress(location));
let voice: Voice | null = null;
let screens: Screens | null = null;

const courtyard = new Courtyard<ThreeNode & Object3D>(net.tree as never, {
  makeNode: (name) => view.makeNode(name) as ThreeNode & Object3D,
  came: (id, node) => {
    view.dress(id, node);
    if (id !== session.peer.getUniqueId()) voice?.place(id, node);
  },
  left: (id) => view.undress(id),
});

button('enter').onclick = async () => {
  // The click is the gesture that sound and microphone wait for.
  button('enter').disabled = true;
  status.textContent = 'Knocking…';
  try {
    await session.join(location.hash.slice(1) || 'courtyard', { create: { mode: 'mesh', maxMembers: 8 } });
  } catch (error) {
    status.textContent = `The courtyard can't be entered: ${(error as Error).message}`;
    button('enter').disabled = false;
    return;
  }
  status.textContent = '';
  net.multiplayer.multiplayerPeer = session.peer;
  voice = openVoice();
  screens = openScreens(voice);
  courtyard.open();
  document.body.classList.add('inside');
  await voice.start();
  await listMicrophones(voice);
};

function openVoice(): Voice {
  const opened = new Voice(session.peer, {
    carrying: { near: 1.5, far: 18 },
    occlusion: (_id, from, to) => (isWallBetween(from, to) ? 1 : 0),
  });
  opened.listenFrom(view.ears);
  for (const [id, node] of courtyard.walkers) if (id !== session.peer.getUniqueId()) opened.place(id, node);
  opened.microphone_failed.connect((problem) => {
    status.textContent = `No microphone (${problem}): you hear the others, and they don't hear you.`;
  });
  opened.blocked_changed.connect((isBlocked) => {
    status.textContent = isBlocked ? 'Click anywhere to hear the others.' : '';
  });
  opened.devices_changed.connect(() => void listMicrophones(opened));
  return opened;
}

function openScreens({ media }: Voice): Screens {
  const opened = new Screens(session.peer, { media });
  let takeOff = (): void => {};
  opened.screen_added.connect((_id, screen) => {
    takeOff();
    takeOff = showOnThreeMesh(screen, view.screen, VideoTexture);
    view.screen.visible = true;
  });
  opened.screen_removed.connect(() => {
    takeOff();
    takeOff = () => {};
    view.screen.visible = false;
  });
  return opened;
}

async function listMicrophones(of: Voice): Promise<void> {
  const choice = find<HTMLSelectElement>('select');
  const all = await of.getMicrophones();
  choice.replaceChildren(...all.map(({ label, deviceId }) => new Option(label || 'microphone', deviceId)));
  choice.value = of.getMicrophone();
  choice.onchange = () => void of.chooseMicrophone(choice.value);
}

button('mute').onclick = () => {
  if (voice === null) return;
  voice.muted = !voice.muted;
  button('mute').setAttribute('aria-pressed', String(voice.muted));
};
button('push').onclick = () => {
  if (voice === null) return;
  voice.pushToTalk = !voice.pushToTalk;
  button('push').setAttribute('aria-pressed', String(voice.pushToTalk));
};
button('share').onclick = () => void (screens?.isSharing ? screens.stopSharing() : screens?.share());

const KEYS: { readonly [code: string]: readonly [x: number, z: number] } = {
  KeyW: [0, -1],
  ArrowUp: [0, -1],
  KeyS: [0, 1],
  ArrowDown: [0, 1],
  KeyA: [-1, 0],
  ArrowLeft: [-1, 0],
  KeyD: [1, 0],
  ArrowRight: [1, 0],
};
const held = new Set<string>();

function onKey(event: KeyboardEvent): void {
  const isDown = event.type === 'keydown';
  if (event.code === 'KeyV' && voice !== null) voice.talking = isDown;
  if (!(event.code in KEYS)) return;
  event.preventDefault();
  if (isDown) held.add(event.code);
  else held.delete(event.code);
  const wishes = [...held].map((code) => KEYS[code] ?? [0, 0]);
  courtyard.wish.x = wishes.reduce((sum, [x]) => sum + x, 0);
  courtyard.wish.z = wishes.reduce((sum, [, z]) => sum + z, 0);
}
addEventListener('keydown', onKey);
addEventListener('keyup', onKey);

/** A finger on the picture leads the way from its middle. */
find('canvas').onpointermove = ({ buttons, offsetX, offsetY, currentTarget }) => {
  const { clientWidth, clientHeight } = currentTarget as HTMLElement;
  courtyard.wish.x = buttons === 0 ? 0 : (offsetX / clientWidth - 0.5) * 4;
  courtyard.wish.z = buttons === 0 ? 0 : (offsetY / clientHeight - 0.5) * 4;
};
find('canvas').onpointerup = () => Object.assign(courtyard.wish, { x: 0, z: 0 });

const meter = find<HTMLMeterElement>('meter');
function frame(): void {
  net.poll();
  voice?.poll();
  screens?.poll();
  for (const id of courtyard.walkers.keys()) view.showLevel(id, voice?.getLevel(id) ?? 0);
  meter.value = voice?.getLevel(courtyard.me) ?? 0;
  view.render(courtyard.mine?.position);
  net.flush();
  requestAnimationFrame(frame);
}
requestAnimationFrame(frame);

addEventListener('pagehide', () => {
  voice?.close();
  session.close();
});
