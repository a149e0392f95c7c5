import {
  Err,
  type RawWebSocket,
  type RawWebSocketOptions,
  type RawWebSocketSink,
  type WebSocketTransport,
} from 'scenewire';

/** A link that does nothing but write down what it is told; `sink` is where a test plays the network. */
export class FakeLink implements RawWebSocket {
  readonly sink: RawWebSocketSink;
  readonly options: RawWebSocketOptions;
  readonly calls: string[] = [];
  isClosing = false;
  bufferedAmount = 0;
  canPause = true;

  constructor(options: RawWebSocketOptions, sink: RawWebSocketSink) {
    this.options = options;
    this.sink = sink;
  }

  open(protocol = ''): void {
    this.sink.opened({ protocol, host: '127.0.0.1', port: 7, url: 'ws://test/' });
  }

  receive(size: number, byte = 1): void {
    this.sink.received(new Uint8Array(size).fill(byte), false);
  }

  poll(): void {}

  send(packet: Uint8Array): Err {
    this.calls.push(`send ${packet.length}`);
    return Err.OK;
  }

  sendText(text: string): Err {
    this.calls.push(`sendText ${text}`);
    return Err.OK;
  }

  ping(): void {
    this.calls.push('ping');
  }

  close(code: number, reason: string): void {
    this.calls.push(`close ${code} ${reason}`.trimEnd());
  }

  drop(): void {
    this.calls.push('drop');
  }

  pause(): boolean {
    this.calls.push('pause');
    return this.canPause;
  }

  resume(): void {
    this.calls.push('resume');
  }

  setNoDelay(enabled: boolean): void {
    this.calls.push(`setNoDelay ${enabled}`);
  }
}

export class FakeWebSockets implements WebSocketTransport {
  readonly ownsSockets = true;
  readonly links: FakeLink[] = [];
  readonly urls: string[] = [];

  get last(): FakeLink {
    const last = this.links.at(-1);
    if (last === undefined) throw new Error('No link was made');
    return last;
  }

  connect(url: URL, options: RawWebSocketOptions, _tls: unknown, sink: RawWebSocketSink): RawWebSocket {
    this.urls.push(url.href);
    return this.accept(url, options, sink);
  }

  accept(_stream: unknown, options: RawWebSocketOptions, sink: RawWebSocketSink): RawWebSocket {
    this.links.push(new FakeLink(options, sink));
    return this.last;
  }

  listen(): Err {
    return Err.ERR_UNAVAILABLE;
  }
}
