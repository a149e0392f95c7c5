import type { WebRTCDataChannel } from '../../../src/extension/webrtc-data-channel.js';
import type { DataChannelOptions, RtcConfiguration } from '../../../src/extension/webrtc-types.js';
import { type FakeChannel, Stand } from '../../support/fake-extension.js';

export interface OpenChannel {
  readonly stand: Stand;
  readonly channel: WebRTCDataChannel;
  readonly fake: FakeChannel;
}

/** An open channel on an established connection. */
export function opened(options: DataChannelOptions = {}, configuration: RtcConfiguration = {}): OpenChannel {
  const stand = new Stand(configuration);
  const { channel, fake } = stand.open('game', options);
  stand.connected();
  fake.report.opened(3, 100);
  stand.poll();
  return { stand, channel, fake };
}

export function takeAll(channel: WebRTCDataChannel): number[] {
  const taken: number[] = [];
  while (channel.getAvailablePacketCount() > 0) taken.push(channel.getPacket()[0] ?? -1);
  return taken;
}
