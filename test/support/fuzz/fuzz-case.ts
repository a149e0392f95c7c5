import {
  type CallSpec,
  candidateName,
  channelCalls,
  connectionCalls,
  description,
  descriptionType,
  index,
  media,
  weightsOf,
} from './calls.js';
import { Checker } from './checks.js';
import { Dice } from './dice.js';
import { FlatSide } from './flat-calls.js';
import { type Action, makeProgram } from './program.js';
import { type FuzzWorld, Side } from './side.js';

type Calls = Record<string, (...args: unknown[]) => unknown>;

const connectionWeights = weightsOf(connectionCalls);
const channelWeights = weightsOf(channelCalls);
/** Enough for the handshake of a busy machine; what does not stand by then is left as it is. */
const MAX_FRAMES_TO_CONNECT = 60;
const TRAPS = ['throw', 'close', 'destroy', 'initialize', 'poll', 'createOffer', 'closeChannels'] as const;

/** What a case did: shown to count mutations. */
export interface CaseResult {
  readonly problems: readonly string[];
  readonly descriptions: number;
  readonly candidates: number;
}

/** One seeded program on two connections, and what may never happen in it. */
export class FuzzCase {
  readonly #world: FuzzWorld;
  readonly #check: Checker;
  readonly #sides: readonly [Side, Side];
  readonly #flat: FlatSide;
  #descriptions = 0;
  #candidates = 0;

  private constructor(world: FuzzWorld) {
    this.#world = world;
    this.#check = new Checker(world.sw);
    this.#sides = [new Side('a', world), new Side('b', world)];
    this.#flat = new FlatSide(world, this.#check);
  }

  static async run(world: FuzzWorld, seed: number, index: number): Promise<CaseResult> {
    const running = new FuzzCase(world);
    for (const { action, side, stream } of makeProgram(seed, index)) {
      const [self, other] = side === 0 ? running.#sides : ([running.#sides[1], running.#sides[0]] as const);
      await running.#actions[action](new Dice(seed, stream), self, other);
    }
    await running.#end();
    const { problems } = running.#check;
    return { problems, descriptions: running.#descriptions, candidates: running.#candidates };
  }

  readonly #actions: Readonly<Record<Action, (dice: Dice, self: Side, other: Side) => void | Promise<void>>> = {
    connection: (dice, self, other) => {
      const name = dice.weighted(connectionWeights);
      this.#make(name, connectionCalls[name] as CallSpec, self, self.connection, dice, other);
    },
    channel: (dice, self, other) => {
      if (self.channels.length === 0) return;
      const name = dice.weighted(channelWeights);
      this.#make(name, channelCalls[name] as CallSpec, self, dice.pick(self.channels), dice, other);
    },
    description: (dice, self, other) => {
      this.#descriptions += 1;
      const [type, sdp] = [descriptionType(dice, other), description(dice, other)];
      this.#check.code('setRemoteDescription', () =>
        self.connection.setRemoteDescription(type as 'offer', sdp as string),
      );
    },
    candidate: (dice, self, other) => this.#addCandidate(dice, self, other),
    candidateFlood: (dice, self, other) => {
      for (let left = 300; left > 0; left -= 1) this.#addCandidate(dice, self, other);
    },
    exchange: (dice) => this.#exchange(dice.from(1, 3)),
    connect: () => this.#exchange(MAX_FRAMES_TO_CONNECT),
    begin: (dice, self) => {
      const channel = self.connection.createDataChannel('game', dice.chance(0.2) ? { negotiated: true, id: 1 } : {});
      if (channel !== null) self.channels.push(channel);
      this.#check.code('createOffer', () => self.connection.createOffer());
      return this.#exchange(dice.below(6));
    },
    rollback: (dice, self) => {
      const local = dice.chance(0.7);
      this.#check.code('rollback', () =>
        local
          ? self.connection.setLocalDescription('rollback', '')
          : self.connection.setRemoteDescription('rollback', ''),
      );
    },
    renegotiate: (dice, self) => {
      this.#check.code('createOffer', () =>
        self.connection.createOffer({ renegotiate: true, iceRestart: dice.chance(0.3) }),
      );
      return this.#exchange(dice.below(4));
    },
    trap: (dice, self) => this.#setTrap(dice, self),
    flat: (dice, _self, other) => {
      for (let left = dice.from(1, 5); left > 0; left -= 1) this.#flat.call(dice, other);
    },
    turn: () => this.#world.turn(),
  };

  #make(name: string, spec: CallSpec, self: Side, target: object, dice: Dice, other: Side): void {
    const args = spec.args.map((make) => make(dice, other));
    if (name === 'initialize') args[0] = this.#withBase(args[0]);
    const call = (): unknown => (target as Calls)[name]?.(...args);
    if (spec.gives === 'code') this.#check.code(name, call);
    else if (spec.gives === 'promise') this.#check.promise(name, call);
    else if (spec.gives === 'channel or null') this.#keepChannel(self, name, call);
    else this.#check.call(name, call);
  }

  /** The world's own configuration stays in force: it says which network may be used. */
  #withBase(given: unknown): unknown {
    const { configuration } = this.#world;
    if (given === undefined) return configuration;
    if (!isPlain(given)) return given;
    const own = isPlain(given.libdatachannel) ? given.libdatachannel : {};
    const base =
      Object.keys(configuration).length === 0 ? {} : { libdatachannel: { ...own, ...configuration.libdatachannel } };
    return { ...given, ...base };
  }

  #keepChannel(self: Side, name: string, call: () => unknown): void {
    const channel = this.#check.call(name, call);
    if (channel instanceof this.#world.sw.WebRTCDataChannel) self.channels.push(channel);
    else this.#check.expect(`${name} gave ${String(channel)}`, channel === null);
  }

  #addCandidate(dice: Dice, self: Side, other: Side): void {
    this.#candidates += 1;
    const args = [media(dice, other), index(dice, other), candidateName(dice, other)] as [string, number, string];
    this.#check.code('addIceCandidate', () => self.connection.addIceCandidate(...args));
  }

  async #exchange(frames: number): Promise<void> {
    const [a, b] = this.#sides;
    for (let left = frames; left > 0; left -= 1) {
      a.tell(b, this.#check);
      b.tell(a, this.#check);
      await this.#world.turn();
      for (const { connection } of this.#sides) this.#check.code('poll', () => connection.poll());
      if (a.connection.isPeerConnected() && b.connection.isPeerConnected()) return;
    }
  }

  /** Springs when the signal comes, in the middle of a poll. */
  #setTrap(dice: Dice, self: Side): void {
    const { connection } = self;
    const kind = dice.pick(TRAPS);
    const spring = (): void => {
      if (kind === 'throw') throw new Error('a listener that throws');
      if (kind === 'close') connection.close();
      if (kind === 'destroy') this.#check.code('destroy in a listener', () => connection.destroy());
      if (kind === 'initialize') this.#check.code(kind, () => connection.initialize(this.#world.configuration));
      if (kind === 'poll') this.#check.code('poll in a listener', () => connection.poll());
      if (kind === 'createOffer') this.#check.code('createOffer in a listener', () => connection.createOffer());
      if (kind === 'closeChannels') for (const channel of connection.getDataChannels()) channel.close();
    };
    const signal = dice.pick(connection.getSignalList()) as 'connected';
    if (dice.chance(0.5)) connection.connect(signal, spring);
    else connection.addEventListener(signal, spring);
  }

  /** Whatever came before: it can be closed, and then nothing is left. */
  async #end(): Promise<void> {
    const { Err, WebRTCPeerConnection: States } = this.#world.sw;
    this.#flat.end();
    for (const side of this.#sides) {
      const { connection } = side;
      this.#check.call('close', () => connection.close());
      const state = connection.getConnectionState();
      this.#check.expect(`the state is ${state} after close()`, state === States.STATE_CLOSED);
      for (const channel of side.channels)
        this.#check.code('putPacket after close', () => channel.putPacket(new Uint8Array(1)));
      this.#check.call('destroy', () => connection.destroy());
      const code = this.#check.code('poll after destroy', () => connection.poll());
      this.#check.expect(`poll after destroy gave ${code}`, code === Err.ERR_UNCONFIGURED);
      this.#check.expect('a channel is left after destroy', connection.getDataChannels().length === 0);
    }
    await this.#check.settle();
  }
}

/** An object that can be read without surprises. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
