import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '../../../../src/core/clock.js';
import { MessageType } from '../../../../src/lobby/protocol/message-type.js';
import type { Connection } from '../../../../src/lobby/server/connection.js';
import { Lobby } from '../../../../src/lobby/server/lobby.js';
import { LobbyLog } from '../../../../src/lobby/server/lobby-log.js';
import { isAnnounced, type Room, relation } from '../../../../src/lobby/server/room/room.js';
import { RandomMessages } from '../../protocol/support/random-messages.js';
import { ClientView } from './client-view.js';
import { SimulatedHub, SimulatedStore } from './simulated-store.js';

const GRACE_MS = 30_000;
const CLIENTS = 12;
const ROOMS = ['red', 'green', 'blue'];
const QUIET_TURNS = 60;

interface Player {
  readonly view: ClientView;
  connection: Connection | null;
  /** Closes the connection from the client's side. */
  close: (code: number) => void;
}

export interface Faults {
  /** Processes lose their connection to the store, and replies get lost. */
  readonly outages: boolean;
  /** The store forgets everything now and then. */
  readonly amnesia: boolean;
}

export const simulatedFaults = {
  none: { outages: false, amnesia: false },
  outages: { outages: true, amnesia: false },
  'outages and a store that forgets': { outages: true, amnesia: true },
} as const satisfies Record<string, Faults>;

/** Several processes of a lobby, their store and their clients in one program, with everything that goes wrong between them. */
export class SimulatedLobby {
  readonly hub: SimulatedHub;
  readonly players: Player[] = [];
  readonly #random: RandomMessages;
  readonly #clock = new ManualClock(1_000_000);
  readonly #lobbies: Lobby[] = [];
  readonly #errors: string[] = [];
  readonly #sealed = new Set<string>();

  constructor(seed: number, processes: number) {
    this.#random = new RandomMessages(seed);
    this.hub = new SimulatedHub(this.#clock, this.#random);
    const log = new LobbyLog((entry) => {
      if (entry.level === 'error' && entry.event !== 'store_lost') this.#errors.push(JSON.stringify(entry));
    });
    for (let i = 0; i < processes; i += 1) {
      const store = new SimulatedStore(`process ${i}`, this.hub);
      this.#lobbies.push(
        new Lobby({ store, log, limits: { graceMs: GRACE_MS, messagesPerSecond: 1e6, messageBurst: 1e6 } }),
      );
    }
  }

  /** Plays, heals, waits, and gives everything that is wrong then. */
  async run(operations: number, faults: Faults): Promise<string[]> {
    for (const lobby of this.#lobbies) await lobby.open();
    for (let i = 0; i < operations; i += 1) {
      this.#operate();
      if (this.#random.below(40) === 0) this.#fail(faults);
      if (this.#random.below(12) === 0) this.#pass(this.#random.pick([100, 5000, GRACE_MS]));
      for (let turns = this.#random.below(6); turns > 0; turns -= 1) await turn();
    }
    for (const store of this.hub.stores.values()) store.reconnect();
    await this.#settle();
    // Everybody who is away for good is given up.
    for (let i = 0; i < 4; i += 1) {
      this.#pass(GRACE_MS);
      await this.#settle();
    }
    return [...this.#errors, ...this.#compare()];
  }

  #pass(ms: number): void {
    this.#clock.advance(ms);
    for (const store of this.hub.stores.values()) if (store.isAvailable) store.isSettling = false;
    for (const lobby of this.#lobbies) lobby.tick();
  }

  async #settle(): Promise<void> {
    for (let i = 0; i < QUIET_TURNS; i += 1) await turn();
    for (const lobby of this.#lobbies) await lobby.services.directory.idle();
    for (let i = 0; i < QUIET_TURNS; i += 1) await turn();
  }

  #fail({ outages, amnesia }: Faults): void {
    if (outages) this.#random.pick([...this.hub.stores.values()]).disconnect();
    if (amnesia && this.#random.below(3) === 0) this.hub.forget();
    if (this.#random.below(3) > 0) for (const store of this.hub.stores.values()) store.reconnect();
    if (outages && this.#random.below(4) === 0) {
      const [a, b] = [
        this.#random.pick([...this.hub.stores.values()]),
        this.#random.pick([...this.hub.stores.values()]),
      ];
      if (a !== b) void a.loseProcess(b.process);
    }
  }

  #operate(): void {
    const player = this.players.length < CLIENTS ? null : this.#random.pick(this.players);
    if (player === null) this.#arrive();
    else if (player.view.isClosed) this.#comeBack(player);
    else this.#act(player);
  }

  #arrive(): void {
    const player: Player = { view: new ClientView(this.#random.below(4) > 0), connection: null, close: () => {} };
    this.players.push(player);
    this.#connect(player);
    this.#join(player);
  }

  #connect(player: Player): void {
    const lobby = this.#random.pick(this.#lobbies);
    const { view } = player;
    let isOpen = true;
    view.isClosed = false;
    const close = (code: number): void => {
      if (!isOpen) return;
      isOpen = false;
      view.isClosed = true;
      if (!view.isAnnounced || code === 1000) view.left();
      void this.#notice(() => lobby.disconnect(connection, code));
    };
    const connection: Connection = lobby.connect(
      { address: `address ${this.#random.below(5)}`, origin: null, urlToken: null, isOurs: true },
      {
        bufferedAmount: 0,
        send: (text) => {
          if (isOpen) view.receive(text);
        },
        close,
        terminate: () => close(1006),
        pause: () => {},
        resume: () => {},
        ping: () => connection.ponged(),
      },
    );
    player.connection = connection;
    player.close = close;
  }

  /** That a WebSocket is closed is noticed at some time: the client may be back in another process by then. */
  async #notice(disconnect: () => void): Promise<void> {
    for (let turns = this.#random.below(12); turns >= 0; turns -= 1) await turn();
    disconnect();
  }

  #send(player: Player, message: object): void {
    player.connection?.received(Buffer.from(JSON.stringify({ id: 0, data: '', ...message })));
  }

  #join(player: Player): void {
    const data = this.#random.pick(ROOMS);
    const { isAnnounced } = player.view;
    const extras = isAnnounced ? { sw: 1, create: { maxMembers: 8 }, meta: { n: this.#random.below(9) } } : {};
    this.#send(player, { type: MessageType.JOIN, data, id: this.#random.below(2), ...extras });
  }

  /** With its seat, if it still may have one. */
  #comeBack(player: Player): void {
    this.#connect(player);
    const { view } = player;
    if (view.isAnnounced && view.isSeated && view.token !== '') {
      const { id, roomName: data, token } = view;
      // What it is told now begins with an ID, or there is no seat.
      view.left();
      view.unsure = { id, data, token };
      this.#send(player, { type: MessageType.RESUME, ...view.unsure, sw: 1 });
    } else {
      view.left();
      this.#join(player);
    }
  }

  #act(player: Player): void {
    const { view } = player;
    const others = [...view.members.keys(), 1];
    if (!view.isSeated) {
      if (view.unsure !== null && this.#random.below(4) > 0) {
        this.#send(player, { type: MessageType.RESUME, ...view.unsure, sw: 1 });
      } else if (view.isAnnounced) this.#join(player);
      else player.close(1006);
      return;
    }
    const isHost = view.isAnnounced ? view.room?.host === view.id : view.id === 1;
    const actions: (() => void)[] = [
      () => player.close(1006),
      () => player.close(this.#random.pick([1000, 1001])),
      () => this.#send(player, { type: MessageType.OFFER, id: this.#random.pick(others), data: 'sdp' }),
    ];
    if (view.isAnnounced) {
      actions.push(
        () => this.#send(player, { type: MessageType.MEMBER, meta: { n: this.#random.below(99) } }),
        () => this.#send(player, { type: MessageType.LEAVE, ref: 1 }),
      );
    }
    if (isHost) {
      actions.push(() => {
        this.#sealed.add(view.roomName);
        this.#send(player, { type: MessageType.SEAL });
      });
    }
    if (isHost && view.isAnnounced) {
      actions.push(
        () => this.#send(player, { type: MessageType.UNSEAL }),
        () => this.#send(player, { type: MessageType.METADATA, meta: { round: this.#random.below(99) } }),
        () => this.#send(player, { type: MessageType.KICK, id: this.#random.pick(others), data: 'why' }),
        () => this.#send(player, { type: MessageType.HOST, id: this.#random.pick(others) }),
      );
    }
    this.#random.pick(actions)();
  }

  /** Everybody's view against the room as the store has it. */
  #compare(): string[] {
    const wrong: string[] = [];
    const seated = new Map<string, Player>();
    for (const player of this.players) {
      const { view, connection } = player;
      wrong.push(...view.mistakes);
      if (connection === null || view.isClosed || !view.isSeated) continue;
      seated.set(`${view.roomName} ${view.id}`, player);
      const room = this.hub.rooms.get(view.roomName);
      if (room === undefined) wrong.push(`${view.id} is in ${view.roomName}, which is over`);
      else wrong.push(...this.#compareView(view, room));
    }
    for (const [name, room] of this.hub.rooms) {
      for (const seat of room.seats.values()) {
        if (!seated.has(`${name} ${seat.id}`)) wrong.push(`seat ${seat.id} in ${name} has nobody on it`);
      }
      if (!room.seats.has(room.settings.host)) wrong.push(`${name} has no host`);
    }
    return wrong;
  }

  #compareView(view: ClientView, room: Room): string[] {
    const own = room.seats.get(view.id);
    const name = room.settings.name;
    if (own === undefined) return [`${view.id} thinks it is in ${name}`];
    const wrong: string[] = [];
    const expected = new Map<number, string>();
    for (const seat of room.seats.values()) {
      const related = seat.id === view.id ? 'none' : relation(room, own, seat);
      const id = !isAnnounced(own) && seat.id === room.settings.host && room.settings.mode === 'server' ? 1 : seat.id;
      const state = view.isAnnounced ? ` ${JSON.stringify(seat.meta)} ${seat.awayUntil > 0}` : '';
      if (related !== 'none') expected.set(id, `${related}${state}`);
    }
    for (const [id, state] of expected) {
      const known = view.members.get(id);
      const told =
        known &&
        `${known.isPeer ? 'peer' : 'member'}${view.isAnnounced ? ` ${JSON.stringify(known.meta)} ${known.away}` : ''}`;
      if (told !== state) wrong.push(`${view.id} in ${name} knows of ${id}: ${told}, and not: ${state}`);
    }
    // After a seal, nobody is told who goes.
    if (!this.#sealed.has(name)) {
      for (const id of view.members.keys()) if (!expected.has(id)) wrong.push(`${view.id} in ${name} still sees ${id}`);
    }
    if (!view.isAnnounced) return wrong;
    const { host, epoch, meta } = room.settings;
    const [told, is] = [
      [view.room?.host, view.room?.epoch, view.room?.meta, view.isSealed],
      [host, epoch, meta, room.settings.sealedAt > 0],
    ].map((values) => JSON.stringify(values));
    if (told !== is) wrong.push(`${view.id} in ${name} knows ${told}, and not ${is}`);
    return wrong;
  }
}
