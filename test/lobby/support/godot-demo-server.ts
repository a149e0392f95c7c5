/**
 * A lobby server that behaves as those of Godot's demo `webrtc_signaling` do, the one in GDScript or the one for Node, with
 * what they have of rough edges: what they send, what they never say, and how they put clients out.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MessageType } from '../../../src/lobby/protocol/message-type.js';
import { type ServerSocket, WebSocketServer } from './ws-server.js';

export type DemoVariant = 'gdscript' | 'node';

export interface DemoOptions {
  readonly joinMs?: number;
  readonly sealMs?: number;
}

interface DemoPeer {
  readonly id: number;
  readonly socket: ServerSocket;
  room: DemoRoom | null;
  /** The one in GDScript forgets whom it is angry with, and leaves the socket open. */
  isForgotten: boolean;
}

interface DemoRoom {
  readonly name: string;
  readonly isMesh: boolean;
  readonly host: number;
  readonly members: DemoPeer[];
  isSealed: boolean;
}

interface DemoMessage {
  readonly type: number;
  readonly id: number;
  readonly data: string;
}

const { JOIN, ID, PEER_CONNECT, PEER_DISCONNECT, OFFER, CANDIDATE, SEAL } = MessageType;
const SIZE_LIMIT = 65_535;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** What puts a client out: the Node server says why. */
class Complaint extends Error {}

export class GodotDemoServer {
  readonly variant: DemoVariant;
  /** Every frame that came, as text. */
  readonly received: string[] = [];
  /** Clients that were put out, with what the Node server says to it. */
  readonly complaints: string[] = [];
  readonly #http: Server;
  readonly #options: Required<DemoOptions>;
  readonly #rooms = new Map<string, DemoRoom>();
  readonly #peers = new Set<DemoPeer>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #lastName = 0;

  private constructor(variant: DemoVariant, http: Server, options: DemoOptions) {
    this.variant = variant;
    this.#http = http;
    this.#options = { joinMs: 1000, sealMs: 10_000, ...options };
    const limit = variant === 'gdscript' ? SIZE_LIMIT : 100 * 1024 * 1024;
    const server = new WebSocketServer({ server: http, maxPayload: limit });
    server.on('connection', (socket) => this.#accept(socket));
  }

  static async start(variant: DemoVariant, options: DemoOptions = {}): Promise<GodotDemoServer> {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    return new GodotDemoServer(variant, http, options);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  get sockets(): number {
    return this.#peers.size;
  }

  /** Ends all connections as a crash does. */
  crash(): void {
    for (const { socket } of this.#peers) socket.terminate();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.crash();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #accept(socket: ServerSocket): void {
    const peer: DemoPeer = {
      id: 2 + Math.floor(Math.random() * 2_147_483_645),
      socket,
      room: null,
      isForgotten: false,
    };
    this.#peers.add(peer);
    this.#after(this.#options.joinMs, () => {
      if (peer.room === null) this.#putOut(peer, 'Have not joined lobby yet');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#peers.delete(peer);
      if (!peer.isForgotten) this.#leave(peer);
    });
    socket.on('message', (data, isBinary) => {
      if (peer.isForgotten) return;
      const wasInRoom = peer.room !== null;
      try {
        this.#take(peer, data.toString(), isBinary);
      } catch (thrown) {
        if (!(thrown instanceof Complaint)) throw thrown;
        if (this.variant === 'gdscript' && wasInRoom) this.#forget(peer, thrown.message);
        else this.#putOut(peer, thrown.message);
      }
    });
  }

  #take(peer: DemoPeer, text: string, isBinary: boolean): void {
    this.received.push(text);
    if (isBinary && this.variant === 'node') throw new Complaint('Invalid transfer mode, must be text');
    const { type, id, data } = this.#read(text);
    if (type === JOIN) this.#join(peer, data, id === 0);
    else if (peer.room === null) throw new Complaint('Invalid message when not in a lobby');
    else if (type === SEAL) this.#seal(peer, peer.room);
    else if (type >= OFFER && type <= CANDIDATE) this.#relay(peer, peer.room, { type, id, data });
    else throw new Complaint('Invalid command');
  }

  #read(text: string): DemoMessage {
    let value: { type?: unknown; id?: unknown; data?: unknown };
    try {
      value = JSON.parse(text) as typeof value;
    } catch {
      throw new Complaint('Invalid message format');
    }
    const { type, id } = value;
    const isLenient = this.variant === 'node';
    const data = typeof value.data === 'string' ? value.data : isLenient ? '' : null;
    if (typeof type !== 'number' || typeof id !== 'number' || data === null)
      throw new Complaint('Invalid message format');
    if (isLenient && (type < 0 || id < 0)) throw new Complaint('Invalid message format');
    return { type: Math.trunc(type), id: Math.trunc(id), data };
  }

  #join(peer: DemoPeer, name: string, isMesh: boolean): void {
    const isBold = this.variant === 'node' && name !== '';
    if (peer.room !== null && !isBold) throw new Complaint('Already in a lobby');
    const room = name === '' ? this.#create(peer, isMesh) : this.#rooms.get(name);
    if (room === undefined) throw new Complaint('Lobby does not exists');
    if (room.isSealed && this.variant === 'node') throw new Complaint('Lobby is sealed');
    peer.room = room;
    if (!room.isSealed) this.#introduce(peer, room);
    this.#send(peer, JOIN, 0, room.name);
  }

  #create(peer: DemoPeer, isMesh: boolean): DemoRoom {
    this.#lastName += 1;
    const length = this.variant === 'node' ? 16 : 32;
    const letter = (): string => LETTERS[Math.floor(Math.random() * LETTERS.length)]!;
    const name =
      String(this.#lastName) + Array.from({ length: length - String(this.#lastName).length }, letter).join('');
    const room: DemoRoom = { name, isMesh, host: peer.id, members: [], isSealed: false };
    this.#rooms.set(name, room);
    return room;
  }

  #introduce(peer: DemoPeer, room: DemoRoom): void {
    this.#send(peer, ID, idIn(room, peer), room.isMesh ? 'true' : '');
    for (const other of room.members) {
      // The one in GDScript hides clients of a server from each other.
      if (this.variant === 'gdscript' && !room.isMesh && other.id !== room.host) continue;
      this.#send(other, PEER_CONNECT, idIn(room, peer));
      this.#send(peer, PEER_CONNECT, idIn(room, other));
    }
    room.members.push(peer);
  }

  #relay(peer: DemoPeer, room: DemoRoom, { type, id, data }: DemoMessage): void {
    const destination = id === 1 ? room.host : id;
    const receiver = room.members.find((member) => member.id === destination);
    if (receiver === undefined) throw new Complaint('Invalid destination');
    this.#send(receiver, type, idIn(room, peer), data);
  }

  #seal(peer: DemoPeer, room: DemoRoom): void {
    if (room.host !== peer.id) throw new Complaint('Only host can seal the lobby');
    room.isSealed = true;
    for (const member of room.members) this.#send(member, SEAL);
    // The one in GDScript means to close everybody as well, and has forgotten by then who they are.
    if (this.variant === 'node') this.#after(this.#options.sealMs, () => this.#dissolve(room));
  }

  #dissolve(room: DemoRoom): void {
    this.#rooms.delete(room.name);
    for (const member of room.members.splice(0)) {
      member.room = null;
      member.socket.close(1000, 'Seal complete');
    }
  }

  #leave(peer: DemoPeer): void {
    const { room } = peer;
    if (room === null) return;
    peer.room = null;
    const wasMember = room.members.includes(peer);
    if (wasMember) room.members.splice(room.members.indexOf(peer), 1);
    if (room.host === peer.id) {
      this.#rooms.delete(room.name);
      for (const member of room.members.splice(0)) {
        member.room = null;
        this.#end(member, 'Room host has disconnected');
      }
    } else if (wasMember && !(room.isSealed && this.variant === 'gdscript')) {
      for (const member of room.members) this.#send(member, PEER_DISCONNECT, peer.id);
    }
  }

  /** It is out for the others, its socket stays open, and nobody tells it. */
  #forget(peer: DemoPeer, why: string): void {
    this.complaints.push(why);
    peer.isForgotten = true;
    this.#leave(peer);
  }

  #putOut(peer: DemoPeer, why: string): void {
    if (peer.isForgotten) return;
    this.complaints.push(why);
    this.#leave(peer);
    this.#end(peer, why);
  }

  #end(peer: DemoPeer, why: string): void {
    if (this.variant === 'node') peer.socket.close(4000, why);
    else peer.socket.close(1000);
  }

  #send(peer: DemoPeer, type: number, id = 0, data = ''): void {
    peer.socket.send(JSON.stringify({ type, id, data }));
  }

  #after(ms: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, ms);
    this.#timers.add(timer);
  }
}

/** The host is 1 for everybody. */
const idIn = (room: DemoRoom, { id }: DemoPeer): number => (id === room.host ? 1 : id);
