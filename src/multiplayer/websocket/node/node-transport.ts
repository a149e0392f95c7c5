import cluster from 'node:cluster';
import { isIP, Socket } from 'node:net';
import { Err } from '../../../core/err.js';
import { fail, messageOf } from '../../../core/fail.js';
import type {
  ListenOptions,
  RawWebSocket,
  RawWebSocketOptions,
  RawWebSocketSink,
  WebSocketListener,
  WebSocketTransport,
} from '../websocket-transport.js';
import type { TLSOptions } from '../websocket-types.js';
import { AcceptedSocket } from './accepted-socket.js';
import { ClientSocket } from './client-socket.js';
import { AttachedListener, PortListener } from './node-listener.js';
import { UpgradeRequest } from './upgrade-request.js';
import { loadWs } from './ws-module.js';

/** WebSockets in Node, on the package `ws`. */
export const nodeTransport: WebSocketTransport = {
  ownsSockets: true,

  connect(url: URL, options: RawWebSocketOptions, tls: TLSOptions | null, sink: RawWebSocketSink): RawWebSocket | Err {
    const ws = loadWs();
    if (ws === null) return Err.ERR_UNCONFIGURED;
    try {
      return new ClientSocket(ws, url, options, tls, sink);
    } catch (thrown) {
      return fail(Err.ERR_INVALID_PARAMETER, `Can't connect to ${url.href}: ${messageOf(thrown)}`);
    }
  },

  accept(stream: unknown, options: RawWebSocketOptions, sink: RawWebSocketSink): RawWebSocket | Err {
    const ws = loadWs();
    if (ws === null) return Err.ERR_UNCONFIGURED;
    if (!(stream instanceof Socket || stream instanceof UpgradeRequest)) {
      return fail(Err.ERR_INVALID_PARAMETER, 'Only a net.Socket or tls.TLSSocket can be accepted');
    }
    return new AcceptedSocket(ws, stream, options, sink);
  },

  listen({ port, bindAddress, tls, attach }: ListenOptions): WebSocketListener | Err {
    if (loadWs() === null) return Err.ERR_UNCONFIGURED;
    if (attach !== null) return new AttachedListener(attach);
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      return fail(Err.ERR_INVALID_PARAMETER, `${String(port)} is no port`);
    }
    if (bindAddress !== '*' && isIP(bindAddress) === 0) {
      return fail(Err.ERR_INVALID_PARAMETER, `${String(bindAddress)} is no IP address`);
    }
    try {
      return listening(new PortListener(port, bindAddress, tls), port, bindAddress);
    } catch (thrown) {
      return fail(Err.ERR_INVALID_PARAMETER, `These TLS options can't be used: ${messageOf(thrown)}`);
    }
  },
};

/** With an address, and in a worker of a cluster, Node tells only later whether the port is free. */
function listening(listener: PortListener, port: number, bindAddress: string): WebSocketListener | Err {
  if (listener.isListening || bindAddress !== '*' || cluster.isWorker) return listener;
  listener.close();
  return fail(Err.ERR_CANT_CREATE, `Can't listen on port ${port}`);
}
