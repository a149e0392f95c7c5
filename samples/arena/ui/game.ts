import { type MultiplayerPeer, OfflineMultiplayerPeer, WebSocketMultiplayerPeer } from 'scenewire';
import { Arena } from '../game/arena.js';
import { summaryOf } from '../game/summary.js';
import { Show } from '../show/show.js';
import { Bot } from '../sim/bot.js';
import type { View } from '../views/view.js';
import { Controls } from './controls.js';
import { make } from './dom.js';
import { Hud } from './hud.js';
import { Sound } from './sound.js';
import { TitleCard, type ViewName } from './title-card.js';

const FILL_TO = 8;
const ROUND_SECONDS = 180;

/** The page: the arena with everything around it. Until somebody plays, bots do. */
export class Game<N extends object> {
  readonly #arena: Arena<N>;
  readonly #hud: Hud<N>;
  readonly #sound: Sound<N>;
  readonly #title: TitleCard;
  readonly #hudElement = document.getElementById('hud') as HTMLElement;
  readonly #lobbyElement = document.getElementById('lobby') as HTMLElement;
  readonly #menuElement = document.getElementById('menu') as HTMLElement;

  constructor(viewName: ViewName, view: View<N>) {
    const wishes = new URLSearchParams(location.search);
    this.#arena = new Arena(view.tree, {
      makeNode: (name) => view.makeNode(name),
      fillTo: Number(wishes.get('bots') ?? FILL_TO),
      roundSeconds: Number(wishes.get('round') ?? ROUND_SECONDS),
      seed: Math.floor(Math.random() * 2 ** 31),
    });
    this.#arena.driver = wishes.has('bot') ? new Bot(Math.random() * 2 ** 31) : new Controls(this.#hudElement);
    const show = new Show(this.#arena);
    this.#hud = new Hud(this.#hudElement, this.#arena, view);
    this.#sound = new Sound(this.#arena, show);
    this.#title = new TitleCard(viewName, {
      practise: () => this.#practise(),
      joinServer: (address) => this.#joinServer(address),
    });
    this.#makeMenu();
    this.#follow();
    this.#showTitle();
    view.start(show, () => this.#frame());
    // For the console, and for tests.
    Object.assign(globalThis, { arena: this.#arena, summary: () => summaryOf(this.#arena) });
    const server = wishes.get('server');
    if (server !== null) this.#joinServer(server);
  }

  #frame(): void {
    this.#hud.update();
    this.#sound.update(this.#arena.mine);
  }

  // Ways to play.

  #practise(): void {
    this.#arena.use(new OfflineMultiplayerPeer());
    this.#enter();
  }

  #joinServer(address: string): void {
    const peer = new WebSocketMultiplayerPeer();
    if (peer.createClient(address) !== 0) {
      this.#title.say(`${address} is no address of a server`, true);
      return;
    }
    this.#title.say('Connecting…');
    this.#use(peer);
  }

  #use(peer: MultiplayerPeer): void {
    this.#arena.use(peer);
  }

  #enter(): void {
    const { driver, colour } = this.#title.profile;
    this.#arena.enter(driver, colour);
    this.#lobbyElement.hidden = true;
    this.#hudElement.hidden = this.#menuElement.hidden = false;
  }

  /** What becomes of the connection. */
  #follow(): void {
    const multiplayer = this.#arena.tree.getMultiplayer();
    multiplayer.connected_to_server.connect(() => this.#enter());
    multiplayer.connection_failed.connect(() => this.#backToTitle('The server could not be reached', true));
    multiplayer.server_disconnected.connect(() => this.#backToTitle('The server has gone', true));
  }

  #backToTitle(why = '', isError = false): void {
    this.#arena.use(new OfflineMultiplayerPeer());
    this.#title.say(why, isError);
    this.#showTitle();
  }

  #showTitle(): void {
    this.#hudElement.hidden = this.#menuElement.hidden = true;
    this.#lobbyElement.hidden = false;
    this.#lobbyElement.replaceChildren(this.#title.element);
  }

  #makeMenu(): void {
    const leave = make('button', '', '✕');
    leave.ariaLabel = leave.title = 'Leave';
    leave.addEventListener('click', () => this.#leave());
    const sound = make('button', '', '♪');
    sound.ariaLabel = sound.title = 'Sound';
    sound.ariaPressed = 'false';
    sound.addEventListener('click', async () => {
      // Or the space bar would press it again.
      sound.blur();
      await this.#sound.toggle();
      sound.ariaPressed = String(this.#sound.isOn);
    });
    this.#menuElement.append(leave, sound);
  }

  #leave(): void {
    this.#arena.tree.getMultiplayer().multiplayerPeer?.close();
    this.#backToTitle();
  }
}
