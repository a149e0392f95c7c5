import type { Mail, MakeOptions } from './lab.js';
import type { LabFunction, World } from './world.js';

/** Patience for what takes the network; far above what it takes, so that a busy machine fails no test. */
const PATIENCE_MS = 60_000;

/** Two connections, "a" and "b", each in its world (perhaps the same one), joined by mail alone. */
export class Pair {
  readonly a: World;
  readonly b: World;
  /** Mail waits, and is delivered later. */
  isHeld = false;
  readonly #inbox = new Map<World, Mail[]>();
  #attempt = 0;

  constructor(a: World, b: World) {
    this.a = a;
    this.b = b;
  }

  /** What an attempt still awaits that ran out of time comes to its end: it must not drive the connections of the next one. */
  async reset(): Promise<void> {
    this.#attempt += 1;
    this.#inbox.clear();
    this.isHeld = false;
    for (const world of this.#worlds()) await world.reset();
  }

  world(peer: 'a' | 'b'): World {
    return peer === 'a' ? this.a : this.b;
  }

  /** Makes the connection without doing anything yet. */
  make(peer: 'a' | 'b', options: MakeOptions = {}): Promise<void> {
    const to = peer === 'a' ? 'b' : 'a';
    return this.world(peer).run((lab, [name, all]) => void lab.make(name, all), [peer, { to, ...options }] as const);
  }

  /** Makes both, with these channels on "a" (and the negotiated ones on "b" too), and waits until all is open. */
  async connect(
    channels: NonNullable<MakeOptions['channels']> = { game: {} },
    offerer: 'a' | 'b' = 'a',
    more: MakeOptions = {},
  ): Promise<void> {
    const negotiated = Object.entries(channels).filter(([, options]) => options.negotiated);
    const other = offerer === 'a' ? 'b' : 'a';
    await this.make(offerer, { ...more, channels });
    await this.make(other, { ...more, channels: Object.fromEntries(negotiated) });
    await this.frames(1);
    await this.offer(offerer);
    await this.untilOpen(Object.keys(channels));
  }

  offer(peer: 'a' | 'b'): Promise<number> {
    return this.world(peer).run((lab, name) => lab.pc(name).createOffer(), peer);
  }

  async untilOpen(labels: readonly string[]): Promise<void> {
    for (const peer of ['a', 'b'] as const) {
      await this.until(
        peer,
        (lab, [name, all]) =>
          lab.pc(name).isPeerConnected() &&
          all.every((label) => lab.peer(name).channels.get(label)?.getReadyState() === 1),
        [peer, labels] as const,
      );
    }
  }

  /** Runs frames in both worlds, carrying mail, until the condition holds in the world of `peer`. */
  async until<A>(peer: 'a' | 'b', condition: LabFunction<A, boolean>, arg: A, patienceMs = PATIENCE_MS): Promise<void> {
    const attempt = this.#attempt;
    const deadline = performance.now() + patienceMs;
    while (!(await this.#frame(peer, condition, arg))) {
      if (attempt !== this.#attempt) throw new Error('This attempt is over');
      if (performance.now() > deadline) throw new Error(await this.#describe(`never came true: ${condition}`));
    }
  }

  /** Runs a number of frames in both worlds. */
  async frames(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) await this.#frame('a', () => true, null);
  }

  async #frame<A>(peer: 'a' | 'b', condition: LabFunction<A, boolean>, arg: A): Promise<boolean> {
    let held = false;
    for (const world of this.#worlds()) {
      const inbox = this.isHeld ? [] : (this.#inbox.get(world) ?? []);
      if (!this.isHeld) this.#inbox.set(world, []);
      const asked = world === this.world(peer);
      const { outbox, value } = asked
        ? await world.frame(inbox, condition, arg)
        : await world.frame(inbox, () => false, null);
      held ||= value;
      for (const mail of outbox) this.#post(mail);
    }
    return held;
  }

  /** Through JSON, as over any signalling server. */
  #post(mail: Mail): void {
    const world = this.world(mail.to as 'a' | 'b');
    this.#inbox.set(world, [...(this.#inbox.get(world) ?? []), JSON.parse(JSON.stringify(mail)) as Mail]);
  }

  #worlds(): World[] {
    return this.a === this.b ? [this.a] : [this.a, this.b];
  }

  async #describe(problem: string): Promise<string> {
    const lines: string[] = [problem];
    for (const world of this.#worlds()) {
      lines.push(
        ...(await world.run(
          (lab) => [
            ...[...lab.peers.values()].map(
              (p) => `${p.name}: state ${p.connection.getConnectionState()}, ${p.signals.join(', ')}`,
            ),
            `errors: ${lab.errors.join(' | ')}`,
          ],
          null,
        )),
      );
    }
    return lines.join('\n');
  }
}
