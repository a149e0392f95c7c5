import { LobbySession } from 'scenewire/lobby';
import { MediaForwarder, Screens, showOnThreeMesh, Voice } from 'scenewire/media';
import { attach, type ThreeNode } from 'scenewire/three';
import { type Object3D, VideoTexture } from 'three';
import { lobbyAddress } from '../shared/lobby-address.js';
import { requireWebGL } from '../shared/require-webgl.js';
import { control } from './controls.js';
import { NO_MICROPHONE, Notices } from './notices.js';
import { Courtyard, isWallBetween } from './sim.js';
import { CourtyardView } from './view.js';

const find = <E extends HTMLElement>(selector: string): E => document.querySelector(selector) as E;
const button = (name: string): HTMLButtonElement => find(`[data-do=${name}]`);
const notices = new Notices(find('output'));
requireWebGL(find('main'));

const view = new CourtyardView(find('canvas'));
const net = attach(view.scene);
const session = new LobbySession(lobbyAddress(location));
/** "mesh", or "server": then whoever opens the courtyard passes the voices of the others on. */
const mode = new URLSearchParams(location.search).has('server') ? 'server' : 'mesh';
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
  notices.set('door', 'Knocking…');
  try {
    await session.join(location.hash.slice(1) || 'courtyard', { create: { mode, maxMembers: 8 } });
  } catch (error) {
    notices.set('door', `The courtyard can't be entered: ${(error as Error).message}`);
    button('enter').disabled = false;
    return;
  }
  notices.set('door', '');
  net.multiplayer.multiplayerPeer = session.peer;
  voice = openVoice();
  screens = openScreens(voice);
  if (session.peer.isServer() && session.peer.isServerRelaySupported()) new MediaForwarder(session.peer);
  courtyard.open();
  document.body.classList.add('inside');
  await speak(voice);
};

function openVoice(): Voice {
  const opened = new Voice(session.peer, {
    carrying: { near: 1.5, far: 18 },
    occlusion: (_id, from, to) => (isWallBetween(from, to) ? 1 : 0),
  });
  opened.listenFrom(view.ears);
  for (const [id, node] of courtyard.walkers) if (id !== session.peer.getUniqueId()) opened.place(id, node);
  opened.microphone_failed.connect((problem) => {
    // Another one may be in use still.
    const isThere = opened.hasMicrophone();
    if (!isThere) notices.set('microphone', `${NO_MICROPHONE[problem]} Until then you listen.`);
    showMicrophone(isThere);
    void listMicrophones(opened);
  });
  opened.microphone_changed.connect(() => {
    notices.set('microphone', '');
    showMicrophone(true);
    void listMicrophones(opened);
  });
  opened.blocked_changed.connect((isBlocked) => {
    notices.set('sound', isBlocked ? 'Touch the page to hear the others.' : '');
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
  opened.share_ended.connect(showSharing);
  return opened;
}

/** The browser asks the player, once. */
async function speak(into: Voice): Promise<void> {
  button('microphone').disabled = true;
  await into.start();
  button('microphone').disabled = false;
}

/** What belongs to a microphone, or the button that asks for one. */
function showMicrophone(isThere: boolean): void {
  find('.own').hidden = !isThere;
  button('microphone').hidden = isThere;
}

async function listMicrophones(of: Voice): Promise<void> {
  const choice = find<HTMLSelectElement>('select');
  const all = await of.getMicrophones();
  choice.replaceChildren(...all.map(({ label, deviceId }) => new Option(label || 'microphone', deviceId)));
  choice.value = of.getMicrophone();
  choice.onchange = () => void of.chooseMicrophone(choice.value);
}

function showSharing(): void {
  button('share').textContent = screens?.isSharing ? 'Stop showing' : 'Show my screen';
}

button('microphone').onclick = () => void (voice && speak(voice));
button('mute').onclick = () => {
  if (voice === null) return;
  voice.muted = !voice.muted;
  button('mute').setAttribute('aria-pressed', String(voice.muted));
};
button('push').onclick = () => {
  if (voice === null) return;
  voice.pushToTalk = !voice.pushToTalk;
  button('push').setAttribute('aria-pressed', String(voice.pushToTalk));
  button('talk').hidden = !voice.pushToTalk;
};
button('share').onclick = async () => {
  if (screens?.isSharing) screens.stopSharing();
  else await screens?.share();
  showSharing();
};
// Phones have no screens to show.
button('share').hidden = navigator.mediaDevices?.getDisplayMedia === undefined;

control(
  {
    wish: courtyard.wish,
    talk: (isHeld) => {
      if (voice !== null) voice.talking = isHeld;
    },
  },
  find('canvas'),
  button('talk'),
);

// These frames go on while the page is hidden, too.
net.tree.process_frame.connect(() => {
  voice?.poll();
  screens?.poll();
});

const meter = find<HTMLMeterElement>('meter');
function frame(): void {
  net.poll();
  for (const id of courtyard.walkers.keys()) view.showLevel(id, voice?.getLevel(id) ?? 0);
  meter.value = voice?.getLevel(courtyard.me) ?? 0;
  const isAlone = courtyard.walkers.size === 1;
  notices.set('company', isAlone ? 'Nobody else is here yet: open this page a second time.' : '');
  view.render(courtyard.mine?.position);
  net.flush();
  requestAnimationFrame(frame);
}
requestAnimationFrame(frame);

/** For the console, and for tests. */
Object.assign(globalThis, { courtyard, hears: (id: number) => voice?.getLevel(id) ?? 0 });

addEventListener('pagehide', () => {
  voice?.close();
  session.close();
});
