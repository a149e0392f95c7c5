import type { Dice } from './dice.js';
import { mutate } from './mutate.js';
import * as odd from './odd.js';
import type { Side } from './side.js';

/** Makes one argument. `other` is the side whose texts it may take. */
export type MakeArgument = (dice: Dice, other: Side) => unknown;

/** What a call has to give. */
export type Gives = 'code' | 'promise' | 'channel or null' | 'anything';

export interface CallSpec {
  readonly gives: Gives;
  readonly weight: number;
  readonly args: readonly MakeArgument[];
}

/** One argument in twelve is of no type that the call knows. */
const mostly =
  (make: MakeArgument): MakeArgument =>
  (dice, other) =>
    dice.chance(0.08) ? odd.anything(dice) : make(dice, other);

export const descriptionType = mostly((dice) =>
  dice.pick(['offer', 'offer', 'answer', 'answer', 'pranswer', 'rollback', 'Offer']),
);
export const description = mostly((dice, other) => mutate(other.anyDescription(dice), dice));
const ownDescription = mostly((dice, other) => other.anyDescription(dice));
export const signalingJson = mostly((dice, other) => {
  const sdp = mutate(other.anyDescription(dice), dice);
  const json = JSON.stringify({ type: dice.pick(['offer', 'answer', 'pranswer', 'none']), sdp });
  return dice.pick([json, mutate(json, dice), sdp]);
});
export const media = mostly((dice) => dice.pick(['0', '0', '', '1', 'data', 'x'.repeat(300), '\0', '\ud800']));
export const index = mostly((dice) => (dice.chance(0.6) ? 0 : odd.oddNumber(dice)));
export const candidateName = mostly((dice, other) => mutate(other.anyCandidate(dice).name, dice));
export const candidate = mostly((dice, other) =>
  odd.oddRecord(
    {
      sdpMid: (d) => media(d, other),
      sdpMLineIndex: (d) => index(d, other),
      candidate: (d) => candidateName(d, other),
    },
    dice,
  ),
);
export const servers = mostly((dice) =>
  odd.oddRecord({ iceServers: odd.iceServers, iceTransportPolicy: odd.oddText }, dice),
);
export const text = mostly(odd.oddText);

const code = (weight: number, ...args: MakeArgument[]): CallSpec => ({ gives: 'code', weight, args });
const read: CallSpec = { gives: 'anything', weight: 0.1, args: [] };

/** Every public call of a connection. */
export const connectionCalls: Readonly<Record<string, CallSpec>> = {
  initialize: code(1, odd.configuration),
  createDataChannel: { gives: 'channel or null', weight: 3, args: [text, odd.channelOptions] },
  createOffer: code(3, odd.offerOptions),
  createAnswer: code(1),
  setLocalDescription: code(2, descriptionType, ownDescription),
  setRemoteDescription: code(2, descriptionType, description),
  setRemoteOffer: code(0.7, signalingJson),
  setRemoteAnswer: code(0.7, signalingJson),
  addIceCandidate: code(1, media, index, candidateName),
  addRemoteIceCandidate: code(1, candidate),
  updateIce: code(0.7, servers),
  restartIce: code(0.7),
  poll: code(3),
  close: { gives: 'anything', weight: 0.7, args: [] },
  destroy: code(0.4),
  getStats: { gives: 'promise', weight: 0.5, args: [] },
  getConnectionState: read,
  getGatheringState: read,
  getSignalingState: read,
  getIceConnectionState: read,
  getLocalDescription: read,
  getRemoteDescription: read,
  getIceServers: read,
  getSelectedCandidate: read,
  getSelectedCandidatePair: read,
  getDataChannels: read,
  getCapabilities: read,
  getRefusedChannelCount: read,
  isPeerConnected: read,
  hasFailed: read,
};

/** Every public call of a channel. */
export const channelCalls: Readonly<Record<string, CallSpec>> = {
  putPacket: code(5, odd.packet),
  getPacket: { gives: 'anything', weight: 1, args: [] },
  poll: code(1),
  close: { gives: 'anything', weight: 0.5, args: [] },
  setWriteMode: { gives: 'anything', weight: 0.5, args: [mostly((dice) => dice.below(3))] },
  setEncodeBufferMaxSize: { gives: 'anything', weight: 0.3, args: [mostly(odd.oddNumber)] },
  getPacketError: code(0.1),
  getAvailablePacketCount: read,
  getBufferedAmount: read,
  getMaxPacketSize: read,
  getDroppedPacketCount: read,
  getReadyState: read,
  getId: read,
  getMaxRetransmits: read,
  getMaxPacketLifeTime: read,
  wasStringPacket: read,
};

export const weightsOf = (calls: Readonly<Record<string, CallSpec>>): Record<string, number> =>
  Object.fromEntries(Object.entries(calls).map(([name, { weight }]) => [name, weight]));
