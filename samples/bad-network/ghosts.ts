import type { ThreeNode } from 'scenewire/three';
import { BoxGeometry, EdgesGeometry, LineBasicMaterial, LineSegments, type Scene } from 'three';
import type { Kart } from '../arena/game/kart.js';
import { kartColour } from '../arena/look/palette.js';
import type { BadRoom } from './sim.js';

/** Outlines where karts really are: at the host, now. */
export class Ghosts {
  readonly #room: BadRoom<ThreeNode>;
  readonly #scene: Scene;
  readonly #outline = new EdgesGeometry(new BoxGeometry(1.7, 1.5, 2.9).translate(0, 0.75, 0));
  readonly #ghosts = new Map<Kart, LineSegments>();

  constructor(scene: Scene, room: BadRoom<ThreeNode>) {
    this.#scene = scene;
    this.#room = room;
    room.guest.kart_removed.connect((kart) => {
      this.#ghosts.get(kart)?.removeFromParent();
      this.#ghosts.delete(kart);
    });
  }

  update(): void {
    for (const kart of this.#room.guest.karts.values()) {
      const ghost = this.#ghostOf(kart);
      const truth = this.#room.truthOf(kart);
      ghost.visible = truth?.isAlive === true && kart.isAlive;
      if (truth === undefined) continue;
      ghost.position.set(truth.x, 0, truth.z);
      ghost.rotation.y = truth.heading;
    }
  }

  #ghostOf(kart: Kart): LineSegments {
    let ghost = this.#ghosts.get(kart);
    if (ghost === undefined) {
      ghost = new LineSegments(this.#outline, new LineBasicMaterial({ color: kartColour(kart.colour) }));
      this.#ghosts.set(kart, ghost);
      this.#scene.add(ghost);
    }
    return ghost;
  }
}
