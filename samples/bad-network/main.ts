import { WebRTCPeerConnection } from 'scenewire';
import type { Scene } from 'three';
import type { Driver } from '../arena/game/driver.js';
import { Show } from '../arena/show/show.js';
import { Bot } from '../arena/sim/bot.js';
import { noInput } from '../arena/sim/kart-body.js';
import { Controls } from '../arena/ui/controls.js';
import { Hud } from '../arena/ui/hud.js';
import { createView } from '../arena/views/three/view.js';
import { requireWebGL } from '../shared/require-webgl.js';
import { Ghosts } from './ghosts.js';
import { Panel } from './panel.js';
import { BadRoom } from './sim.js';

const find = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;

/** A bot drives until somebody takes the wheel. */
class Learner implements Driver {
  readonly #bot = new Bot(3);
  readonly #controls = new Controls(find('hud'));
  #isTaken = false;

  readonly drive: Driver['drive'] = (body, others) => {
    const input = this.#controls.drive();
    this.#isTaken ||= JSON.stringify(input) !== JSON.stringify(noInput());
    return this.#isTaken ? input : this.#bot.drive(body, others);
  };
}

requireWebGL(find('stage'));
const view = await createView(find('stage'));
const room = new BadRoom(view.tree, (name) => view.makeNode(name), {
  extension: WebRTCPeerConnection.getDefaultExtension(),
});
room.guest.driver = new Learner();
const show = new Show(room.guest);
const hud = new Hud(find('hud'), show, view);
const panel = new Panel(find('panel'), room);
const ghosts = new Ghosts(view.tree.getRoot() as unknown as Scene, room);

view.start(show, (seconds) => {
  room.frame(seconds);
  ghosts.update();
  hud.update();
  panel.update(performance.now());
});
window.addEventListener('pagehide', () => room.close());
// For the console, and for tests.
Object.assign(globalThis, { room });
