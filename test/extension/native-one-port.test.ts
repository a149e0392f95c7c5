import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FarEnd } from './support/far-end.js';
import { ON_LOOPBACK } from './support/native-pair.js';

let far: FarEnd;
beforeAll(async () => {
  far = new FarEnd();
  await far.start();
});
afterAll(() => far.stop());

async function findFreePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

it('one UDP port serves 20 connections at a time', async () => {
  const port = await findFreePort();
  const onePort = { enableIceUdpMux: true, portRangeBegin: port, portRangeEnd: port };
  const libdatachannel = { ...ON_LOOPBACK.libdatachannel, ...onePort };
  const made = await Promise.all(Array.from({ length: 20 }, () => far.connect({ libdatachannel }, ON_LOOPBACK)));
  const ports = made.map(({ connection }) => connection.getSelectedCandidatePair()?.local.port);
  expect(made.map(({ connection }) => connection.isPeerConnected())).toEqual(made.map(() => true));
  expect(new Set(ports)).toEqual(new Set([port]));
  for (const { close } of made) close();
});
