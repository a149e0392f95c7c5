import type { Lab, LabPeer, Mail } from '../../conformance/support/lab.js';

type Channel = ReturnType<LabPeer['channel']>;

/** Unread packets that "b" keeps at most, so that a handful is a flood. */
const INBOUND_LIMIT = 4;
const PATIENCE_MS = 60_000;

/**
 * Two connections of one lab from their first call to their end, driven frame by frame, with an occasion for every
 * signal there is: they connect, exchange packets, one channel is flooded and closed, "a" closes.
 */
export class Life {
  readonly lab: Lab;
  readonly a: LabPeer;
  readonly b: LabPeer;
  /** Who is told nothing any more. */
  readonly deaf = new Set<string>();
  #mail: Mail[] = [];
  #stage: 'connecting' | 'exchanging' | 'flooding' | 'over' = 'connecting';

  constructor(lab: Lab) {
    this.lab = lab;
    this.a = lab.make('a', { to: 'b', channels: { game: {}, flood: {} } });
    this.b = lab.make('b', { to: 'a', configuration: { maxInboundPackets: INBOUND_LIMIT } });
  }

  get isOver(): boolean {
    return this.#stage === 'over' && this.b.connection.getConnectionState() === 5;
  }

  /** Frames until something holds. */
  async until(holds: () => boolean): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!holds()) {
      if (performance.now() > deadline) throw new Error(`never came true in stage ${this.#stage}: ${holds}`);
      await this.frame();
    }
  }

  async frame(): Promise<void> {
    const inbox = this.#mail.filter(({ to }) => !this.deaf.has(to));
    this.#mail = await this.lab.frame(inbox);
    this.#advance();
  }

  offer(): number {
    return this.a.connection.createOffer();
  }

  #advance(): void {
    const [here, there] = [this.a.channels, this.b.channels];
    const open = (channel: Channel | undefined): boolean => channel?.getReadyState() === 1;
    if (this.#stage === 'connecting' && ['game', 'flood'].every((l) => open(here.get(l)) && open(there.get(l)))) {
      here.get('game')?.putPacket(new Uint8Array([1]));
      there.get('game')?.putPacket(new Uint8Array([2]));
      this.#stage = 'exchanging';
    } else if (this.#stage === 'exchanging' && this.#hasArrived()) {
      for (let i = 0; i < INBOUND_LIMIT * 3; i += 1) here.get('flood')?.putPacket(new Uint8Array([i]));
      this.#stage = 'flooding';
    } else if (this.#stage === 'flooding' && there.get('flood')?.getReadyState() === 3) {
      if (!this.deaf.has('a')) this.a.connection.close();
      this.#stage = 'over';
    }
  }

  #hasArrived(): boolean {
    return [this.a, this.b].every((peer) => peer.channel('game').getAvailablePacketCount() > 0);
  }
}
