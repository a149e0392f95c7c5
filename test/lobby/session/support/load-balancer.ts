import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Sends each connection to the next process that takes it, and knows nothing of what is said on it. */
export class LoadBalancer {
  readonly #server: Server;
  readonly #ports: readonly number[];
  readonly #sockets = new Set<Socket>();
  #turn = 0;

  private constructor(ports: readonly number[]) {
    this.#ports = ports;
    this.#server = createServer((client) => this.#pass(client, ports.length));
  }

  static async start(ports: readonly number[]): Promise<LoadBalancer> {
    const made = new LoadBalancer(ports);
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(client: Socket, tries: number): void {
    this.#follow(client);
    if (tries === 0) {
      client.destroy();
      return;
    }
    const port = this.#ports[this.#turn % this.#ports.length]!;
    this.#turn += 1;
    const server = connect(port, '127.0.0.1');
    this.#follow(server);
    let isConnected = false;
    server.once('connect', () => {
      isConnected = true;
      client.pipe(server);
      server.pipe(client);
    });
    server.once('close', () => (isConnected ? client.destroy() : this.#pass(client, tries - 1)));
    client.once('close', () => server.destroy());
  }

  #follow(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
