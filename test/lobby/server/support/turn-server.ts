import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HOST = '127.0.0.1';
const REALM = 'lobby';
const GIVE_UP_MS = 5000;

/** coturn on a loopback port, with a secret that it shares with a lobby. */
export class TurnServer {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port;
    this.#child = child;
    this.#folder = folder;
  }

  static start(secret: string): Promise<TurnServer> {
    return TurnServer.startWith([
      ...['-n', '--log-file=stdout', '--simple-log', '--no-cli', '--no-tls', '--no-dtls', '--allow-loopback-peers'],
      ...[`--realm=${REALM}`, '--use-auth-secret', `--static-auth-secret=${secret}`],
    ]);
  }

  /** With options of the test's, whatever they say about addresses and ports. */
  static async startWith(options: readonly string[]): Promise<TurnServer> {
    const port = await freeUdpPort();
    const folder = mkdtempSync(join(tmpdir(), 'scenewire-turn-'));
    const own = /^--(listening-port|listening-ip|relay-ip|external-ip|pidfile|userdb)=/;
    const child = spawn(
      'turnserver',
      [
        ...options.filter((option) => !own.test(option)),
        ...[`--listening-ip=${HOST}`, `--relay-ip=${HOST}`, `--listening-port=${port}`],
        ...[`--pidfile=${join(folder, 'pid')}`, `--userdb=${join(folder, 'db')}`],
      ],
      { stdio: 'ignore' },
    );
    // Its socket is there when it answers.
    const server = new TurnServer(port, child, folder);
    while (!(await server.#isUp()));
    return server;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Asks for an address to be relayed from; gives the error code of the answer, or 0 when there is one. */
  async allocate(username: string, credential: string, realm = REALM): Promise<number> {
    // A nonce is good for the socket that got it.
    const socket = createSocket('udp4');
    const nonce = attributesOf((await this.#ask(request([]), GIVE_UP_MS, socket))!).get(NONCE)!;
    const named = [attribute(USERNAME, username), attribute(REALM_TYPE, realm), attribute(NONCE, nonce)];
    const key = createHash('md5').update(`${username}:${realm}:${credential}`).digest();
    const answer = await this.#ask(request(named, key), GIVE_UP_MS, socket);
    socket.close();
    return errorOf(answer!);
  }

  async #isUp(): Promise<boolean> {
    const socket = createSocket('udp4');
    const answer = await this.#ask(request([]), 200, socket);
    socket.close();
    return answer !== null;
  }

  #ask(message: Buffer, withinMs: number, socket: Socket): Promise<Buffer | null> {
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => done(null), withinMs);
      const done = (answer: Buffer | null): void => {
        clearTimeout(giveUp);
        socket.removeAllListeners();
        resolve(answer);
      };
      socket.on('error', () => done(null));
      socket.on('message', done);
      socket.send(message, this.port, HOST);
    });
  }
}

// Of RFC 5389 and 5766.
const ALLOCATE = 0x0003;
const MAGIC = 0x2112a442;
const USERNAME = 0x0006;
const INTEGRITY = 0x0008;
const ERROR_CODE = 0x0009;
const REALM_TYPE = 0x0014;
const NONCE = 0x0015;
const TRANSPORT = 0x0019;
const UDP = Buffer.of(17, 0, 0, 0);

function attribute(type: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  const made = Buffer.alloc(4 + Math.ceil(bytes.length / 4) * 4);
  made.writeUInt16BE(type, 0);
  made.writeUInt16BE(bytes.length, 2);
  bytes.copy(made, 4);
  return made;
}

function request(attributes: readonly Buffer[], key?: Buffer): Buffer {
  const body = Buffer.concat([attribute(TRANSPORT, UDP), ...attributes]);
  const header = Buffer.alloc(20);
  header.writeUInt16BE(ALLOCATE, 0);
  header.writeUInt32BE(MAGIC, 4);
  randomBytes(12).copy(header, 8);
  header.writeUInt16BE(body.length + (key === undefined ? 0 : 24), 2);
  const message = Buffer.concat([header, body]);
  if (key === undefined) return message;
  return Buffer.concat([message, attribute(INTEGRITY, createHmac('sha1', key).update(message).digest())]);
}

function attributesOf(message: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= message.length; ) {
    const length = message.readUInt16BE(at + 2);
    found.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return found;
}

function errorOf(message: Buffer): number {
  const error = attributesOf(message).get(ERROR_CODE);
  return error === undefined ? 0 : error[2]! * 100 + error[3]!;
}

function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.bind(0, HOST, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
