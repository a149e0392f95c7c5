import { defineRpcs, NodeScript, replicate, type Vector3 } from 'scenewire';
import { MAX_NAME } from './kart.js';

/** What the game does when something is called. The host's own part is null elsewhere. */
export interface MatchHandlers {
  readonly host: {
    entered(peer: number, driver: string, colour: number): void;
    claimed(peer: number, shot: string, victim: string, at: Vector3): void;
  } | null;
  hit(victim: string, shooter: string, at: Vector3): void;
  placed(kart: string, slot: number): void;
}

/**
 * The script of the arena's node: all calls of the game, and the state of the round. What happens is a call, since it is
 * over for whoever comes later; what is so is a property, which those who come later get.
 */
export class Match extends NodeScript {
  static readonly rpcs = defineRpcs(Match, {
    enter: { mode: 'any_peer', callLocal: true, args: ['String', 'int'] },
    claim: { mode: 'any_peer', callLocal: true, args: ['String', 'String', 'Vector3'] },
    hit: { callLocal: true, args: ['String', 'String', 'Vector3'] },
    place: { callLocal: true, args: ['String', 'int'] },
  });
  declare readonly rpcs: typeof Match.rpcs;

  rounds = 1;
  seconds = 0;
  over = false;
  readonly #handlers: MatchHandlers;

  constructor(handlers: MatchHandlers) {
    super();
    this.#handlers = handlers;
  }

  replicate(): void {
    replicate(this as Match, { rounds: 'onChange', seconds: 'onChange', over: 'onChange' }, { name: 'Status' });
  }

  reset(): void {
    this.rounds = 1;
    this.seconds = 0;
    this.over = false;
  }

  /** To the host: let me in. */
  enter(driver: string, colour: number): void {
    this.#handlers.host?.entered(this.#caller, driver.slice(0, MAX_NAME), colour);
  }

  /** To the host: a shot of mine has hit this kart there, as I see it. */
  claim(shot: string, victim: string, at: Vector3): void {
    this.#handlers.host?.claimed(this.#caller, shot, victim, at);
  }

  /** The host's: that was a hit. */
  hit(victim: string, shooter: string, at: Vector3): void {
    this.#handlers.hit(victim, shooter, at);
  }

  /** The host's: this kart begins anew, from there. */
  place(kart: string, slot: number): void {
    this.#handlers.placed(kart, slot);
  }

  get #caller(): number {
    return this.multiplayer?.getRemoteSenderId() ?? 0;
  }
}
