import type * as Scenewire from 'scenewire';
import {
  candidate,
  description,
  descriptionType,
  type Gives,
  type MakeArgument,
  servers,
  signalingJson,
  text,
} from './calls.js';
import type { Checker } from './checks.js';
import type { Dice } from './dice.js';
import * as odd from './odd.js';
import type { FuzzWorld, Side } from './side.js';

type FlatGives = Gives | 'result' | 'created';

const boolean: MakeArgument = (dice) => dice.chance(0.5);

/** Every call of the flat form that takes a handle; the handle itself is left out. */
const CALLS: Readonly<Record<string, { gives: FlatGives; args: readonly MakeArgument[] }>> = {
  connectionProcessEvents: { gives: 'code', args: [] },
  connectionCreateOffer: { gives: 'code', args: [odd.offerOptions] },
  connectionCreateAnswer: { gives: 'code', args: [] },
  connectionSetLocalDescription: { gives: 'code', args: [descriptionType, description] },
  connectionSetRemoteDescription: { gives: 'code', args: [descriptionType, description] },
  connectionSetRemoteOffer: { gives: 'code', args: [signalingJson] },
  connectionSetRemoteAnswer: { gives: 'code', args: [signalingJson] },
  connectionAddRemoteIceCandidate: { gives: 'code', args: [candidate] },
  connectionIsConnected: { gives: 'result', args: [] },
  connectionHasFailed: { gives: 'result', args: [] },
  connectionGetState: { gives: 'result', args: [] },
  connectionGetDescription: { gives: 'result', args: [boolean] },
  connectionGetSelectedCandidatePair: { gives: 'result', args: [] },
  connectionGetStats: { gives: 'promise', args: [] },
  connectionUpdateIce: { gives: 'code', args: [servers] },
  connectionRestartIce: { gives: 'code', args: [] },
  connectionDestroy: { gives: 'code', args: [] },
  dataChannelCreate: { gives: 'created', args: [text, odd.channelOptions] },
  dataChannelSetCallbacks: {
    gives: 'code',
    args: [(dice) => (dice.chance(0.5) ? odd.anything(dice) : callbacks(dice))],
  },
  dataChannelGetLabel: { gives: 'result', args: [] },
  dataChannelGetInfo: { gives: 'result', args: [] },
  dataChannelSend: { gives: 'code', args: [odd.packet, boolean] },
  dataChannelClose: { gives: 'code', args: [] },
  dataChannelDestroy: { gives: 'code', args: [] },
};
const NAMES = Object.keys(CALLS);

const CALLBACKS = [
  ...['onError', 'onConnected', 'onDisconnected', 'onDataChannelReceived', 'onLocalDescriptionCreated'],
  ...['onLocalIceCandidateFound', 'onIceGatheringCompleted', 'onStateChanged', 'onOpened', 'onClosed', 'onMessage'],
];

/** A table of callbacks, sometimes with one missing or of a wrong version, and some that throw. */
function callbacks(dice: Dice): object {
  const table: Record<string, unknown> = { version: dice.chance(0.95) ? 1 : 2, context: dice.below(100) };
  for (const name of CALLBACKS) {
    if (dice.chance(0.01)) continue;
    const throws = dice.chance(0.05);
    table[name] = () => {
      if (throws) throw new Error(`${name} throws`);
    };
  }
  return table;
}

/** The flat form of one case: connections and channels as numbers. */
export class FlatSide {
  readonly #bindings: Record<string, (...args: unknown[]) => unknown>;
  readonly #world: FuzzWorld;
  readonly #check: Checker;
  readonly #handles: number[] = [];

  constructor(world: FuzzWorld, check: Checker) {
    const bindings: Scenewire.PeerConnectionBindings = new world.sw.PeerConnectionBindings(world.extension);
    this.#bindings = bindings as unknown as Record<string, (...args: unknown[]) => unknown>;
    this.#world = world;
    this.#check = check;
  }

  /** One call, with a handle that is mostly a known one. */
  call(dice: Dice, other: Side): void {
    if (this.#handles.length === 0 || dice.chance(0.1)) this.#create(dice);
    const name = dice.pick(NAMES);
    const { gives, args } = CALLS[name] as (typeof CALLS)[string];
    const known = this.#handles.length > 0 && dice.chance(0.9);
    const handle = known ? dice.pick(this.#handles) : dice.pick([0, -1, 1.5, Number.NaN, 2 ** 40, '1', null]);
    this.#make(name, gives, [handle, ...args.map((make) => make(dice, other))]);
  }

  end(): void {
    for (const handle of this.#handles) this.#make('connectionDestroy', 'code', [handle]);
    for (const handle of this.#handles) {
      const left = this.#bindings.dataChannelGetLabel?.(handle) as { error: number };
      this.#check.expect(
        `handle ${handle} outlives its connection`,
        left.error === this.#world.sw.Err.ERR_DOES_NOT_EXIST,
      );
    }
  }

  #create(dice: Dice): void {
    const backend = { ...this.#world.configuration, autoAnswer: dice.chance(0.5) };
    const config = dice.chance(0.7)
      ? { version: 1, iceServers: [], backend }
      : odd.oddRecord({ version: (d) => d.below(3), iceServers: odd.iceServers, backend: () => backend }, dice);
    this.#make('connectionCreate', 'created', [config, dice.chance(0.9) ? callbacks(dice) : odd.anything(dice)]);
  }

  #make(name: string, gives: FlatGives, args: readonly unknown[]): void {
    const call = (): unknown => this.#bindings[name]?.(...args);
    if (gives === 'code') this.#check.code(name, call);
    else if (gives === 'promise') this.#check.promise(name, call);
    else this.#check.code(`${name}.error`, () => this.#keep(call() as { error: unknown; handle?: number }));
  }

  #keep(result: { error: unknown; handle?: number }): unknown {
    if (result.error === 0 && result.handle !== undefined) this.#handles.push(result.handle);
    return result.error;
  }
}
