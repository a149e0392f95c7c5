const GRAVITY = 14;
const FLOOR = 0.05;

export interface Burst {
  readonly count: number;
  readonly colour: number;
  /** Metres per second. */
  readonly speed: number;
  readonly size: number;
  /** Seconds. */
  readonly life: number;
  /** How much it falls; dust rises a little. */
  readonly weight: number;
}

const makeParticle = () => ({ x: 0, y: 0, z: 0, vx: 0, vy: 0, vz: 0, age: 1, life: 1, size: 0, weight: 0 });
type Particle = ReturnType<typeof makeParticle>;

/** Little cubes that fly apart: one buffer that an engine draws as instances of one box. A frame allocates nothing. */
export class Particles {
  /** A matrix each, column by column, as WebGL has them. */
  readonly matrices: Float32Array;
  /** Red, green, blue, alpha each (sRGB). */
  readonly colours: Float32Array;
  readonly #particles: readonly Particle[];
  #next = 0;

  constructor(count: number) {
    this.matrices = new Float32Array(count * 16);
    this.colours = new Float32Array(count * 4).fill(1);
    this.#particles = Array.from({ length: count }, makeParticle);
    for (let at = 0; at < count; at += 1) this.matrices[at * 16 + 15] = 1;
  }

  get count(): number {
    return this.#particles.length;
  }

  /** The oldest ones make room. */
  burst(x: number, y: number, z: number, { count, colour, speed, size, life, weight }: Burst): void {
    for (let made = 0; made < count; made += 1) {
      const at = this.#next;
      this.#next = (at + 1) % this.count;
      const angle = Math.random() * 2 * Math.PI;
      const fast = speed * (0.4 + Math.random() * 0.6);
      const [vx, vy, vz] = [Math.cos(angle) * fast, (Math.random() * 2 - 0.6) * fast, Math.sin(angle) * fast];
      const vary = 0.5 + Math.random() * 0.5;
      const fresh: Particle = { x, y, z, vx, vy, vz, age: 0, life: life * vary, size: size * vary, weight };
      Object.assign(this.#particles[at] as Particle, fresh);
      this.colours.set([(colour >> 16) / 255, ((colour >> 8) & 255) / 255, (colour & 255) / 255], at * 4);
    }
  }

  step(seconds: number): void {
    for (let at = 0; at < this.count; at += 1) this.#stepOne(this.#particles[at] as Particle, at * 16, seconds);
  }

  #stepOne(particle: Particle, first: number, seconds: number): void {
    particle.age += seconds;
    particle.vy -= GRAVITY * particle.weight * seconds;
    particle.x += particle.vx * seconds;
    particle.y += particle.vy * seconds;
    particle.z += particle.vz * seconds;
    if (particle.y < FLOOR) {
      particle.y = FLOOR;
      particle.vy = Math.abs(particle.vy) * 0.4;
    }
    const left = Math.max(0, 1 - particle.age / particle.life);
    const { matrices } = this;
    matrices[first] = matrices[first + 5] = matrices[first + 10] = particle.size * Math.min(1, left * 2);
    matrices[first + 12] = particle.x;
    matrices[first + 13] = particle.y;
    matrices[first + 14] = particle.z;
  }
}
