import {
  Err,
  type MultiplayerPeer,
  OfflineMultiplayerPeer,
  type SceneMultiplayer,
  WebSocketMultiplayerPeer,
} from 'scenewire';
import { button } from '../../shared/dom.js';
import { lobbyAddress } from '../../shared/lobby-address.js';
import { Arena } from '../game/arena.js';
import { summaryOf } from '../game/summary.js';
import { Room } from '../net/room.js';
import { Show } from '../show/show.js';
import { Bot } from '../sim/bot.js';
import type { View } from '../views/view.js';
import { chooseQuality } from './choose-quality.js';
import { Controls } from './controls.js';
import { Hud } from './hud.js';
import { icon } from './icon.js';
import { networkButton } from './network-button.js';
import { RoomCard } from './room-card.js';
import { Sound } from './sound.js';
import { TitleCard, type ViewName } from './title-card.js';

const FILL_TO = 8;
const ROUND_SECONDS = 180;
const PAUSE_SECONDS = 8;
/** Until the engine has made its shaders a page may stand still for seconds: too long for a handshake. */
const FRAMES_TO_BEGIN = 3;
const HANDSHAKE_SECONDS = 8;
const element = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

/** The page: the arena with everything around it. Until somebody plays, bots do. */
export class Game<N extends object> {
  readonly #arena: Arena<N>;
  readonly #hud: Hud<N>;
  readonly #sound: Sound<N>;
  readonly #title: TitleCard;
  readonly #lobbyElement = element('lobby');
  readonly #overlays = [element('hud'), element('menu')];
  /** The one that is asked for rooms, entered, and left. */
  readonly #room = new Room(lobbyAddress(location));
  #frames = 0;
  /** Whether this side may play as soon as it is connected. */
  #mayEnter = false;

  constructor(viewName: ViewName, view: View<N>) {
    const wishes = new URLSearchParams(location.search);
    this.#arena = new Arena(view.tree, {
      makeNode: (name) => view.makeNode(name),
      fillTo: Number(wishes.get('bots') ?? FILL_TO),
      roundSeconds: Number(wishes.get('round') ?? ROUND_SECONDS),
      pauseSeconds: Number(wishes.get('pause') ?? PAUSE_SECONDS),
      seed: Math.floor(Math.random() * 2 ** 31),
    });
    this.#arena.driver = wishes.has('bot') ? new Bot(Math.random() * 2 ** 31) : new Controls(element('hud'));
    const show = new Show(this.#arena, chooseQuality(wishes.get('quality')));
    this.#hud = new Hud(element('hud'), show, view);
    this.#sound = new Sound(this.#arena, show);
    this.#title = new TitleCard(viewName, {
      practise: () => this.#play(new OfflineMultiplayerPeer()),
      createRoom: () => void this.#enterRoom(() => this.#room.host(this.#title.profile)),
      joinRoom: (code) => void this.#enterRoom(() => this.#room.join(code, this.#title.profile)),
      joinServer: (address) => this.#joinServer(address),
      listRooms: () => this.#room.list(),
    });
    this.#makeMenu();
    this.#follow();
    this.#show(this.#title.element);
    view.start(show, () => this.#frame());
    // For the console, and for tests.
    Object.assign(globalThis, { arena: this.#arena, summary: () => summaryOf(this.#arena) });
    this.#title.profile.driver = wishes.get('name') ?? this.#title.profile.driver;
  }

  #frame(): void {
    this.#frames += 1;
    if (this.#frames === FRAMES_TO_BEGIN) this.#begin();
    this.#hud.update();
    this.#sound.update(this.#arena.mine);
  }

  /** What the address of the page asks for. */
  #begin(): void {
    const server = new URLSearchParams(location.search).get('server');
    const code = location.hash.slice(1);
    this.#title.rooms.start();
    if (server !== null) this.#joinServer(server);
    else if (code !== '') void this.#enterRoom(() => this.#room.join(code, this.#title.profile));
  }

  // Ways to play.

  #play(peer: MultiplayerPeer): void {
    this.#mayEnter = true;
    this.#arena.use(peer);
    if (this.#arena.isHost) this.#enter();
  }

  #joinServer(address: string): void {
    const peer = new WebSocketMultiplayerPeer();
    peer.handshakeTimeout = HANDSHAKE_SECONDS;
    if (peer.createClient(address) !== Err.OK) this.#title.say(`${address} is no address of a server`, true);
    else {
      this.#title.say('Connecting…');
      this.#play(peer);
    }
  }

  async #enterRoom(enter: () => Promise<void>): Promise<void> {
    this.#title.say('Knocking…');
    try {
      await enter();
    } catch (thrown) {
      this.#title.say(thrown instanceof Error ? thrown.message : String(thrown), true);
      return;
    }
    history.replaceState(null, '', `#${this.#room.code}`);
    this.#mayEnter = this.#room.hasStarted;
    this.#arena.use(this.#room.peer);
    this.#show(new RoomCard(this.#room, () => this.#leave()).element);
  }

  /** There is a host, and the game is on: a kart, please. */
  #enter(): void {
    const { driver, colour } = this.#title.profile;
    this.#arena.enter(driver, colour);
    this.#show(null);
  }

  /** What becomes of rooms and connections. */
  #follow(): void {
    const { tree } = this.#arena;
    const multiplayer = tree.getMultiplayer();
    // The tree goes on when the page is hidden, or draws once in a while.
    tree.process_frame.connect(() => {
      if (this.#title.element.isConnected) this.#room.poll();
    });
    this.#room.started.connect(() => {
      this.#mayEnter = true;
      if (this.#room.isHost) this.#arena.restart();
      if (this.#room.isHost || multiplayer.getPeers().includes(1)) this.#enter();
    });
    this.#room.ended.connect((why) => this.#backToTitle(why));
    multiplayer.connected_to_server.connect(() => {
      if (this.#mayEnter) this.#enter();
    });
    multiplayer.connection_failed.connect(() => this.#backToTitle('The server could not be reached'));
    multiplayer.server_disconnected.connect(() => this.#backToTitle('The host has gone'));
  }

  #leave(): void {
    this.#arena.tree.getMultiplayer().multiplayerPeer?.close();
    this.#backToTitle();
  }

  #backToTitle(why = ''): void {
    this.#room.leave();
    history.replaceState(null, '', location.pathname + location.search);
    this.#mayEnter = false;
    this.#arena.use(new OfflineMultiplayerPeer());
    this.#title.say(why, why !== '');
    this.#show(this.#title.element);
  }

  /** A card over the picture; null for the game. */
  #show(card: HTMLElement | null): void {
    for (const overlay of this.#overlays) overlay.hidden = card !== null;
    this.#lobbyElement.hidden = card === null;
    this.#lobbyElement.replaceChildren(...(card === null ? [] : [card]));
    if (card !== this.#title.element) this.#title.rooms.stop();
    else if (this.#frames >= FRAMES_TO_BEGIN) this.#title.rooms.start();
  }

  #makeMenu(): void {
    const leave = button(icon('leave'), () => this.#leave());
    leave.ariaLabel = leave.title = 'Leave';
    const sound = button(icon('silent'), async () => {
      await this.#sound.toggle();
      sound.ariaPressed = String(this.#sound.isOn);
      sound.replaceChildren(icon(this.#sound.isOn ? 'sound' : 'silent'));
    });
    sound.ariaLabel = sound.title = 'Sound';
    sound.ariaPressed = 'false';
    const multiplayer = this.#arena.tree.getMultiplayer() as SceneMultiplayer<never>;
    element('menu').append(leave, sound, networkButton(multiplayer));
  }
}
