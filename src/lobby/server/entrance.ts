import { randomUUID } from 'node:crypto';
import { messageOf } from '../../core/fail.js';
import type { JoinMessage, ResumeMessage, RoomOptions } from '../protocol/client-messages.js';
import type { LobbyReason } from '../protocol/lobby-reason.js';
import { isRoomName } from '../protocol/room-name.js';
import type { Connection } from './connection.js';
import type { Outcome } from './directory.js';
import { NO_ICE } from './ice.js';
import { within } from './patience.js';
import type { Decision } from './room/decision.js';
import type { Newcomer } from './room/entering.js';
import { leave, loseLink } from './room/leaving.js';
import type { Room } from './room/room.js';
import { hashToken, newToken } from './room/secrets.js';
import { newRoomName } from './room-namer.js';
import type { LobbyServices } from './services.js';
import { Budgets } from './store/budgets.js';

/** Made-up names that may be taken before something is wrong. */
const MAX_NAMES = 16;
/** Between "there is none" and "it is taken" a room may come and go. */
const MAX_TURNS = 4;

/** A player waits for it. */
const AUTHORIZE_MS = 10_000;

/** Refusals by which somebody who guesses learns something. */
const guesses: readonly LobbyReason[] = ['room_not_found', 'wrong_password', 'seat_lost', 'unauthorized'];

const counters = { resumed: 'resumes_total', created: 'rooms_created_total', joined: 'joins_total' } as const;

/** The seat that was taken, or why none. */
type Taken = Outcome & { readonly name: string };

/** How clients come in: who they are, and the seats they get. What it gives is why not, or null. */
export class Entrance {
  readonly #services: LobbyServices;
  /** One entry of the log per address and minute. */
  readonly #warnings = new Budgets();

  constructor(services: LobbyServices) {
    this.#services = services;
  }

  /** Finds out who it is, once per connection. */
  async authorize(connection: Connection, auth: string | undefined): Promise<LobbyReason | null> {
    const { authorize, log } = this.#services;
    if (authorize === null || connection.isAuthorized) return null;
    if (await this.#hasGuessed(connection)) return 'too_many_attempts';
    const { address, origin, urlToken } = connection.visitor;
    try {
      const asked = Promise.resolve().then(() => authorize({ token: auth ?? urlToken, address, origin }));
      const user = await within(AUTHORIZE_MS, asked);
      if (user !== null) {
        connection.isAuthorized = true;
        connection.user = user.id === undefined ? null : hashToken(user.id);
        return null;
      }
    } catch (thrown) {
      log.write('error', 'authorize_failed', { error: messageOf(thrown) });
    }
    return this.#refused(connection, 'unauthorized');
  }

  async join(connection: Connection, message: JoinMessage): Promise<LobbyReason | null> {
    const refusal = await this.#check(connection, message);
    if (refusal !== null) return refusal;
    const { meta = {}, canHost = true } = message;
    if (JSON.stringify(meta).length > this.#services.limits.memberMetadata) return 'too_large';
    const token = connection.isAnnounced ? newToken() : null;
    const newcomer = { ...seatBasis(connection), canHost, meta, token };
    return this.#enter(connection, message, newcomer, () => this.#take(connection, message, newcomer));
  }

  async resume(connection: Connection, message: ResumeMessage): Promise<LobbyReason | null> {
    const refusal = await this.#check(connection, message);
    if (refusal !== null) return refusal;
    const { data: name, id, token } = message;
    const newcomer = { ...seatBasis(connection), canHost: true, meta: {}, token };
    return this.#enter(connection, message, newcomer, async () => {
      return { ...(await this.#services.directory.resume(name, id, newcomer)), name };
    });
  }

  async #check(connection: Connection, message: JoinMessage | ResumeMessage): Promise<LobbyReason | null> {
    if (connection.seat !== null) return 'already_in_room';
    const refusal = await this.authorize(connection, message.auth);
    if (refusal !== null) return refusal;
    return message.data !== '' && (await this.#hasGuessed(connection)) ? 'too_many_attempts' : null;
  }

  async #enter(
    connection: Connection,
    message: JoinMessage | ResumeMessage,
    { token }: Newcomer,
    take: () => Promise<Taken>,
  ): Promise<LobbyReason | null> {
    const ice = connection.isAnnounced ? await this.#services.ice() : NO_ICE;
    connection.expect({ token, ref: message.ref, ice, isResumed: 'token' in message });
    try {
      const taken = await take();
      if (taken.refused !== undefined) return await this.#refused(connection, taken.refused);
      return this.#confirm(connection, message, taken.name, taken.id);
    } catch (thrown) {
      // It may have been done. Who joins has never heard the token; who resumes knows it.
      if (token !== null && !('token' in message)) connection.neverTold(token);
      throw thrown;
    } finally {
      connection.expect(null);
    }
  }

  #take(connection: Connection, message: JoinMessage, newcomer: Newcomer): Promise<Taken> {
    const { data: name, password, create } = message;
    if (name === '') return this.#create(connection, message.id, create ?? {}, newcomer);
    if (create === undefined) return this.#services.directory.join(name, newcomer, password);
    return this.#joinOrCreate(connection, message, create, newcomer);
  }

  async #joinOrCreate(
    connection: Connection,
    { data: name, id, password }: JoinMessage,
    create: RoomOptions,
    newcomer: Newcomer,
  ): Promise<Taken> {
    for (let turn = 0; ; turn += 1) {
      const joined = await this.#services.directory.join(name, newcomer, password ?? create.password);
      if (joined.refused !== 'room_not_found' || turn === MAX_TURNS) return joined;
      const made = await this.#create(connection, id, { ...create, name }, newcomer);
      if (made.refused !== 'name_taken') return made;
    }
  }

  async #create(connection: Connection, id: number, options: RoomOptions, host: Newcomer): Promise<Taken> {
    const { limits, plainNames, store } = this.#services;
    const { name, kind = connection.isAnnounced ? 'code' : plainNames } = options;
    if (name !== undefined && !isRoomName(name)) return { refused: 'bad_name', name };
    if (JSON.stringify(options.meta ?? {}).length > limits.roomMetadata) return { refused: 'too_large', name: '' };
    const isAllowed = await store.spend('rooms', connection.visitor.address, limits.roomsPerMinute);
    if (!isAllowed) return { refused: 'too_many_attempts', name: '' };
    const room = {
      nonce: randomUUID(),
      mode: id === 0 ? 'mesh' : 'server',
      maxMembers: limits.roomMembers,
      options,
    } as const;
    for (let tries = 1; ; tries += 1) {
      const asked = { ...room, name: name ?? newRoomName(kind) };
      const outcome = await this.#services.directory.create(asked, host);
      const mayRetry = outcome.refused === 'name_taken' && name === undefined && tries < MAX_NAMES;
      if (!mayRetry) return { ...outcome, name: asked.name };
    }
  }

  /** The client has its seat and was told, unless it went away meanwhile. */
  #confirm(connection: Connection, message: JoinMessage | ResumeMessage, name: string, id: number): null {
    const { directory, metrics, log } = this.#services;
    const isResumed = 'token' in message;
    if (!connection.holds(name, id)) {
      this.#giveBack(connection, name, id, isResumed);
      return null;
    }
    const isNew = message.data === '' || directory.room(name)?.version === 1;
    const event = isResumed ? 'resumed' : isNew ? 'created' : 'joined';
    metrics.count(counters[event]);
    log.write('info', event, { room: log.tag(name), peer: id, address: log.tag(connection.visitor.address) });
    return null;
  }

  /** Who came back may do so once more; a newcomer does not know the token that it would need. */
  #giveBack(connection: Connection, name: string, id: number, isResumed: boolean): void {
    const { directory, store, limits } = this.#services;
    const place = connection.placeOf(id);
    const decide = (room: Room): Decision =>
      isResumed ? loseLink(room, place, store.now() + limits.graceMs) : leave(room, place);
    // If the store fails, the room's seats are compared with the connections when it is back.
    directory.change(name, decide).catch(() => {});
  }

  async #hasGuessed({ visitor: { address } }: Connection): Promise<boolean> {
    const { store, limits, log } = this.#services;
    const hasGuessed = await store.isSpent('failures', address, limits.failuresPerMinute);
    if (hasGuessed && this.#warnings.spend(address, 1, store.now())) {
      log.write('warn', 'too_many_attempts', { address: log.tag(address) });
    }
    return hasGuessed;
  }

  async #refused(connection: Connection, reason: LobbyReason): Promise<LobbyReason> {
    const { store, limits } = this.#services;
    if (guesses.includes(reason)) await store.spend('failures', connection.visitor.address, limits.failuresPerMinute);
    return reason;
  }
}

/** What every seat needs to know of the connection. */
const seatBasis = (connection: Connection): Pick<Newcomer, 'at' | 'link' | 'sw' | 'who'> => {
  const { at, link } = connection.placeOf(0);
  return { at, link, sw: connection.sw, who: connection.who };
};
