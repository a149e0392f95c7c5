import type { Vector3 } from 'scenewire';
import { startOf } from '../sim/course.js';
import { KART_RADIUS, TICK } from '../sim/kart-body.js';
import { seeded } from '../sim/random.js';
import { SHOT_RADIUS } from '../sim/shot-body.js';
import { type Arena, RELOAD } from './arena.js';
import { FULL_HEALTH, type Kart } from './kart.js';
import type { Shot } from './shot.js';

export interface RefereeOptions {
  /** Bots come until there are so many karts, and go when players come. */
  readonly fillTo: number;
  readonly seed: number;
  readonly roundSeconds: number;
  /** Between two rounds. Default: 8. */
  readonly pauseSeconds?: number;
}

/** Seconds. */
const WRECKED = 2;
const ARRIVING = 0.4;
const SHIELDED = 1.5;
const PAUSE = 8;
/** How far in the past a player sees the others, at most: half a round trip of each, and what smoothing takes. */
const MOST_LAG = 0.6;
/** Metres that a claim may be off. */
const TOLERANCE = 1.5;
/** Shots that may arrive at once after a delay; on average they come no faster than a kart can shoot. */
const MOST_SHOTS = 4;
const MOST_KARTS = 16;
const SLOTS = 8;
const COLOURS = 8;
const BOT_NAMES = ['Ada', 'Bit', 'Cog', 'Dot', 'Elk', 'Fig', 'Gus', 'Hop', 'Ivy', 'Jot', 'Kit', 'Lux'];

/** What the host knows of a kart beyond what everybody does. */
interface Account {
  /** Where it was lately. */
  readonly trail: { readonly x: number; readonly z: number; readonly time: number }[];
  /** When it comes to a start, when it is back, and when it loses its shield. */
  startsAt: number;
  aliveAt: number;
  shieldUntil: number;
  /** Shots it may make now. */
  shots: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * The host's part of the game, on the server alone: who plays, what was a hit, scores, rounds. Movement is left to the
 * owners of the karts; what they claim is looked at.
 */
export class Referee<N extends object> {
  readonly #arena: Arena<N>;
  readonly #options: RefereeOptions;
  readonly #random: () => number;
  readonly #accounts = new WeakMap<Kart, Account>();
  /** Shots that can hit nobody any more. */
  readonly #settled = new WeakSet<Shot>();
  #time = 0;
  /** When the round, or the pause after it, ends. */
  #phaseEndsAt: number;
  #botCount = 0;

  constructor(arena: Arena<N>, options: RefereeOptions) {
    this.#arena = arena;
    this.#options = options;
    this.#random = seeded(options.seed);
    this.#phaseEndsAt = options.roundSeconds;
    arena.shot_added.connect((shot) => this.#fired(shot));
  }

  /** The first round begins anew, for everybody who is there. */
  restart(): void {
    this.#arena.match.reset();
    this.#phaseEndsAt = this.#time + this.#options.roundSeconds;
    this.#startAll();
  }

  /** Once per tick. */
  tick(): void {
    this.#time += TICK;
    this.#keepTime();
    this.#dismiss();
    this.#fillUp();
    for (const kart of this.#arena.karts.values()) this.#tend(kart);
  }

  entered(peer: number, driver: string, colour: number): void {
    const karts = [...this.#arena.karts.values()];
    const players = karts.filter((kart) => !kart.isBot);
    if (players.length >= MOST_KARTS || players.some((kart) => kart.owner === peer)) return;
    const isFree = colour >= 0 && colour < COLOURS && !players.some((kart) => kart.colour === colour);
    this.#add(`K${peer}`, peer, false, driver.trim() || 'Guest', isFree ? colour : this.#freeColour());
  }

  /**
   * A player says that a shot has hit. It counts if the shot is theirs, and the victim was near there lately: players see
   * the others where they were, and what they see is what counts.
   */
  claimed(peer: number, name: string, victimId: string, at: Vector3): void {
    const shot = this.#arena.shots.get(name);
    const victim = this.#arena.karts.get(victimId);
    if (shot === undefined || victim === undefined || shot.kart.owner !== peer || shot.kart === victim) return;
    if (this.#arena.match.over || this.#settled.has(shot) || !this.#wasNear(victim, at)) return;
    this.#settled.add(shot);
    this.#arena.match.rpc.hit(victim.id, shot.kart.id, at);
    if (!victim.canBeHit) return;
    victim.health -= 1;
    if (victim.isAlive) return;
    victim.wrecks += 1;
    shot.kart.score += 1;
    this.#accountOf(victim).startsAt = this.#time + WRECKED;
  }

  #fired(shot: Shot): void {
    const account = this.#accountOf(shot.kart);
    account.shots -= 1;
    if (account.shots < 0) this.#settled.add(shot);
  }

  #wasNear(kart: Kart, at: Vector3): boolean {
    const reach = KART_RADIUS + SHOT_RADIUS + TOLERANCE;
    return this.#accountOf(kart).trail.some(({ x, z }) => Math.hypot(x - at.x, z - at.z) < reach);
  }

  // Who plays.

  /** Karts whose players have left. */
  #dismiss(): void {
    const peers = this.#arena.tree.getMultiplayer().getPeers();
    for (const kart of [...this.#arena.karts.values()])
      if (kart.owner !== this.#arena.me && !peers.includes(kart.owner)) this.#arena.removeKart(kart);
  }

  #fillUp(): void {
    const karts = [...this.#arena.karts.values()];
    const bots = karts.filter((kart) => kart.isBot);
    if (karts.length < this.#options.fillTo) {
      const name = BOT_NAMES[this.#botCount % BOT_NAMES.length] ?? 'Bot';
      this.#botCount += 1;
      this.#add(`B${this.#botCount}`, this.#arena.me, true, name, this.#freeColour());
    } else if (karts.length > this.#options.fillTo && bots[0] !== undefined) {
      // Rather one that could be mistaken for a player.
      const twin = bots.find((bot) => karts.some((kart) => !kart.isBot && kart.colour === bot.colour));
      this.#arena.removeKart(twin ?? bots[0]);
    }
  }

  #add(id: string, owner: number, isBot: boolean, driver: string, colour: number): void {
    this.#arena.addKart({ id, owner, bot: isBot, driver, colour, slot: this.#freeSlot() });
  }

  #freeColour(): number {
    const taken = [...this.#arena.karts.values()].map((kart) => kart.colour);
    const free = Array.from({ length: COLOURS }, (_, colour) => colour).filter((colour) => !taken.includes(colour));
    return free[Math.floor(this.#random() * free.length)] ?? Math.floor(this.#random() * COLOURS);
  }

  /** The start that is farthest from everybody. */
  #freeSlot(): number {
    const karts = [...this.#arena.karts.values()].filter((kart) => kart.isAlive);
    const room = (slot: number): number => {
      const { x, z } = startOf(slot);
      return Math.min(1000, ...karts.map((kart) => Math.hypot(kart.x - x, kart.z - z))) + this.#random();
    };
    const slots = Array.from({ length: SLOTS }, (_, slot) => ({ slot, room: room(slot) }));
    return slots.reduce((best, one) => (one.room > best.room ? one : best)).slot;
  }

  // How they fare.

  #tend(kart: Kart): void {
    const account = this.#accountOf(kart);
    account.shots = Math.min(MOST_SHOTS, account.shots + TICK / RELOAD);
    account.trail.push({ x: kart.x, z: kart.z, time: this.#time });
    while ((account.trail[0]?.time ?? NEVER) < this.#time - MOST_LAG) account.trail.shift();
    if (this.#time >= account.startsAt) this.#start(kart, account);
    if (this.#time >= account.aliveAt) this.#revive(kart, account);
    if (kart.shielded && this.#time >= account.shieldUntil) kart.shielded = false;
  }

  /** Its owner puts it there; it is seen again when that has got around. */
  #start(kart: Kart, account: Account): void {
    kart.health = 0;
    account.startsAt = NEVER;
    account.aliveAt = this.#time + ARRIVING;
    this.#arena.match.rpc.place(kart.id, this.#freeSlot());
  }

  #revive(kart: Kart, account: Account): void {
    account.aliveAt = NEVER;
    account.shieldUntil = this.#time + SHIELDED;
    kart.health = FULL_HEALTH;
    kart.shielded = true;
  }

  #accountOf(kart: Kart): Account {
    let account = this.#accounts.get(kart);
    if (account === undefined) {
      account = { trail: [], startsAt: this.#time, aliveAt: NEVER, shieldUntil: 0, shots: MOST_SHOTS };
      this.#accounts.set(kart, account);
    }
    return account;
  }

  // Rounds.

  #keepTime(): void {
    const { match } = this.#arena;
    if (this.#time >= this.#phaseEndsAt) this.#nextPhase();
    match.seconds = Math.ceil(this.#phaseEndsAt - this.#time);
  }

  #nextPhase(): void {
    const { match } = this.#arena;
    const { roundSeconds, pauseSeconds = PAUSE } = this.#options;
    match.over = !match.over;
    this.#phaseEndsAt = this.#time + (match.over ? pauseSeconds : roundSeconds);
    if (match.over) return;
    match.rounds += 1;
    this.#startAll();
  }

  #startAll(): void {
    for (const kart of this.#arena.karts.values()) {
      kart.score = kart.wrecks = 0;
      this.#accountOf(kart).startsAt = this.#time;
    }
  }
}
