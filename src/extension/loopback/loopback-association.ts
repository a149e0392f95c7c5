import type { Clock } from '../../core/clock.js';
import type { LinkConditions } from './link-conditions.js';
import { SimulatedLink } from './simulated-link.js';
import { SimulatedPath } from './simulated-path.js';

/** One end of an association: 0 is who completed it, 1 the other. */
export type End = 0 | 1;

/** What arrives at an end. */
export interface AssociationReceiver {
  onMessage(stream: number, payload: Uint8Array, isText: boolean): void;
  onStreamClosed(stream: number): void;
}

/** Two loopback connections joined: a link and a path for each direction. `paths[n]` carries what end n sends. */
export class LoopbackAssociation {
  readonly links: readonly [SimulatedLink, SimulatedLink];
  readonly paths: readonly [SimulatedPath, SimulatedPath];
  readonly #receivers: [AssociationReceiver | null, AssociationReceiver | null] = [null, null];

  constructor(clock: Clock, seed: number, conditions: LinkConditions) {
    const links = [new SimulatedLink(seed * 2, conditions), new SimulatedLink(seed * 2 + 1, conditions)] as const;
    this.links = links;
    const path = (from: End, to: End): SimulatedPath =>
      new SimulatedPath({
        clock,
        link: links[from],
        reverse: links[to],
        deliver: (stream, payload, isText) => this.#receivers[to]?.onMessage(stream, payload, isText),
        onStreamClosed: (stream) => this.#receivers[to]?.onStreamClosed(stream),
      });
    this.paths = [path(0, 1), path(1, 0)];
  }

  attach(end: End, receiver: AssociationReceiver): void {
    this.#receivers[end] = receiver;
  }

  detach(end: End): void {
    this.#receivers[end] = null;
  }

  /** Whether either direction lets nothing through now. */
  get isCut(): boolean {
    return this.links[0].conditions.partitioned || this.links[1].conditions.partitioned;
  }

  get roundTripMs(): number {
    return this.links[0].conditions.latencyMs + this.links[1].conditions.latencyMs;
  }
}
