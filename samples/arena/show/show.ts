import type { Arena } from '../game/arena.js';
import type { Kart } from '../game/kart.js';
import { kartColour, PALETTE } from '../look/palette.js';
import { ChaseCamera } from './chase-camera.js';
import { KartMotion } from './kart-motion.js';
import { type Burst, Particles } from './particles.js';
import { Quality } from './quality.js';

const SPARKS: Omit<Burst, 'colour'> = { count: 10, speed: 7, size: 0.22, life: 0.5, weight: 1 };
const WRECK: Omit<Burst, 'colour'> = { count: 34, speed: 11, size: 0.5, life: 1.1, weight: 1 };
const SMOKE: Burst = { count: 14, colour: 0x565a63, speed: 4, size: 0.9, life: 1.2, weight: -0.1 };
const DUST: Burst = { count: 1, colour: PALETTE.floorDark, speed: 1.2, size: 0.42, life: 0.6, weight: -0.05 };
const FLASH: Burst = { count: 4, colour: 0xfff0a8, speed: 3, size: 0.24, life: 0.16, weight: 0 };

/** What is seen of the game, without an engine: the camera, what flies about, how karts lean. */
export class Show<N extends object> {
  readonly arena: Arena<N>;
  readonly camera = new ChaseCamera();
  readonly particles = new Particles(256);
  readonly quality: Quality;
  /** Seconds. */
  time = 0;
  readonly #motions = new WeakMap<Kart, KartMotion>();

  constructor(arena: Arena<N>, quality = new Quality()) {
    this.arena = arena;
    this.quality = quality;
    arena.hit.connect((victim, _shooter, at) => {
      const { x, z } = victim.isAlive ? at : victim;
      this.particles.burst(x, 0.8, z, { ...SPARKS, colour: victim.shielded ? PALETTE.boost : 0xffc23e });
    });
    arena.kart_wrecked.connect((kart) => {
      this.particles.burst(kart.x, 0.7, kart.z, { ...WRECK, colour: kartColour(kart.colour) });
      this.particles.burst(kart.x, 0.7, kart.z, SMOKE);
    });
    arena.shot_added.connect(({ body }) => this.particles.burst(body.x, 0.8, body.z, FLASH));
  }

  /** Once per frame, when the game has made its step and before it is drawn. */
  frame(seconds: number, aspect: number): void {
    this.time += seconds;
    this.quality.note(performance.now());
    for (const kart of this.arena.karts.values()) this.#follow(kart, seconds);
    this.particles.step(seconds);
    this.camera.update(this.arena.mine ?? null, seconds, aspect);
  }

  motionOf(kart: Kart): KartMotion {
    let motion = this.#motions.get(kart);
    if (motion === undefined) {
      motion = new KartMotion();
      this.#motions.set(kart, motion);
    }
    return motion;
  }

  /** Whether a kart is drawn now: one with a shield blinks. */
  isSeen(kart: Kart): boolean {
    return kart.isAlive && kart.isPlaced && !(kart.shielded && this.time % 0.2 < 0.07);
  }

  #follow(kart: Kart, seconds: number): void {
    const motion = this.motionOf(kart);
    motion.update(kart, seconds);
    const slides = Math.abs(motion.slide) > 4 && kart.isAlive && Math.random() < seconds * 40;
    if (!slides) return;
    const [sin, cos] = [Math.sin(kart.heading), Math.cos(kart.heading)];
    this.particles.burst(kart.x + sin * 0.9, 0.15, kart.z + cos * 0.9, DUST);
  }
}
