import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { ConnectionStatus, Err, MultiplayerPeerExtension, TransferMode } from 'scenewire';

const SIZE_BYTES = 4;

interface Packet {
  readonly mode: TransferMode;
  readonly channel: number;
  readonly bytes: Uint8Array;
}

const inWords = (mode: number, channel: number, packet: Uint8Array): string =>
  `${mode} ${channel} ${Buffer.from(packet).toString('hex')}`;

/** Our end of pair_peer.gd: two peers and a TCP connection that carries modes and channels as they were asked for. */
export class PairPeer extends MultiplayerPeerExtension {
  /** Everything put, as "mode channel hex", for tests that look at the wire. */
  readonly sent: string[] = [];
  /** Called for everything that arrives, in the same words. */
  onPacket: (packet: string) => void = () => {};
  readonly #server: Server;
  readonly #id: number;
  #socket: Socket | null = null;
  #unread: Buffer = Buffer.alloc(0);
  readonly #arrived: Packet[] = [];
  readonly #readable: Packet[] = [];
  #status: ConnectionStatus = ConnectionStatus.CONNECTION_CONNECTING;
  #mode: TransferMode = TransferMode.TRANSFER_MODE_RELIABLE;
  #channel = 0;

  private constructor(server: Server, id: number) {
    super();
    this.#server = server;
    this.#id = id;
    server.once('connection', (socket) => {
      this.#socket = socket;
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('data', (chunk) => this.#take(chunk));
    });
  }

  /** A peer that waits for the other one, and the port where. */
  static async listen(id: number): Promise<{ peer: PairPeer; port: number }> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { peer: new PairPeer(server, id), port: (server.address() as AddressInfo).port };
  }

  get #other(): number {
    return this.#id === 1 ? 2 : 1;
  }

  #take(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    while (this.#unread.length >= SIZE_BYTES) {
      const end = SIZE_BYTES + this.#unread.readUInt32LE(0);
      if (this.#unread.length < end) return;
      const [mode, channel] = [this.#unread[SIZE_BYTES] as TransferMode, this.#unread[SIZE_BYTES + 1] ?? 0];
      const bytes = Uint8Array.from(this.#unread.subarray(SIZE_BYTES + 2, end));
      this.#arrived.push({ mode, channel, bytes });
      this.onPacket(inWords(mode, channel, bytes));
      this.#unread = this.#unread.subarray(end);
    }
  }

  protected override _poll(): void {
    this.#readable.push(...this.#arrived.splice(0));
    if (this.#socket === null) return;
    if (this.#status === ConnectionStatus.CONNECTION_CONNECTING) {
      this.#status = ConnectionStatus.CONNECTION_CONNECTED;
      this.peer_connected.emit(this.#other);
    } else if (this.#status === ConnectionStatus.CONNECTION_CONNECTED && this.#socket.readableEnded) {
      this.#status = ConnectionStatus.CONNECTION_DISCONNECTED;
      this.peer_disconnected.emit(this.#other, 'left');
    }
  }

  protected override _putPacketScript(packet: Uint8Array): Err {
    if (this.#socket === null) return Err.ERR_UNCONFIGURED;
    this.sent.push(inWords(this.#mode, this.#channel, packet));
    const head = Buffer.alloc(SIZE_BYTES + 2);
    head.writeUInt32LE(packet.length + 2, 0);
    head[SIZE_BYTES] = this.#mode;
    head[SIZE_BYTES + 1] = this.#channel;
    this.#socket.write(Buffer.concat([head, packet]));
    return Err.OK;
  }

  protected override _close(): void {
    this.#socket?.destroy();
    this.#server.close();
    this.#status = ConnectionStatus.CONNECTION_DISCONNECTED;
  }

  protected override _getPacketScript(): Uint8Array {
    return this.#readable.shift()?.bytes ?? new Uint8Array(0);
  }

  protected override _setTransferMode(mode: TransferMode): void {
    this.#mode = mode;
  }

  protected override _setTransferChannel(channel: number): void {
    this.#channel = channel;
  }

  protected override _disconnectPeer(): void {
    this._close();
  }

  protected override _getPacketMode(): TransferMode {
    return this.#readable[0]?.mode ?? TransferMode.TRANSFER_MODE_RELIABLE;
  }

  protected override _getPacketChannel(): number {
    return this.#readable[0]?.channel ?? 0;
  }

  protected override _getPacketPeer(): number {
    return this.#readable.length > 0 ? this.#other : 0;
  }

  protected override _getAvailablePacketCount(): number {
    return this.#readable.length;
  }

  protected override _getMaxPacketSize(): number {
    return 1 << 20;
  }

  protected override _getTransferMode(): TransferMode {
    return this.#mode;
  }

  protected override _getTransferChannel(): number {
    return this.#channel;
  }

  protected override _setTargetPeer(): void {}

  protected override _getUniqueId(): number {
    return this.#id;
  }

  protected override _isServer(): boolean {
    return this.#id === 1;
  }

  protected override _isServerRelaySupported(): boolean {
    return true;
  }

  protected override _getConnectionStatus(): ConnectionStatus {
    return this.#status;
  }
}
