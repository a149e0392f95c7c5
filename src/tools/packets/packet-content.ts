import type { FailureReason, NamedList } from '../../multiplayer/rpc/not-godots.js';
import type { Variant } from '../../multiplayer/variant/variant.js';

/** A value in a packet. */
export interface DecodedValue {
  /** Floats are `Float` objects, so that they can be told from ints. */
  readonly value: Variant | Unreadable;
  /** Its encoded bytes. */
  readonly size: number;
  /** The property it is for, when that is known. */
  readonly name: string | null;
}

/** Bytes that are no value: an object of Godot's, which this library never reads, or nonsense. */
export class Unreadable {
  /** The class of the object; empty for nonsense. */
  readonly className: string;

  constructor(className: string) {
    this.className = className;
  }
}

/** What a packet of states or of changes says about one synchronizer. */
export interface DecodedState {
  /** The net id, or the number of the path. */
  readonly id: number;
  readonly isPathId: boolean;
  /** The node it looks after; null when nothing told. */
  readonly path: string | null;
  /** Which on-change properties follow; null in packets of states. */
  readonly mask: bigint | null;
  readonly values: readonly DecodedValue[];
  /** With its head. */
  readonly size: number;
}

export interface CallContent {
  readonly kind: 'call';
  /** The sender's number of the node; null when the packet holds its path. */
  readonly nodeId: number | null;
  /** Bytes that the number of the node has in the packet: 1, 2 or 4. */
  readonly nodeBytes: number;
  readonly path: string | null;
  readonly method: number;
  readonly methodName: string | null;
  /** One byte array, or nothing, without the form of a value. */
  readonly isRaw: boolean;
  readonly args: readonly DecodedValue[];
}

export interface SpawnContent {
  readonly kind: 'spawn';
  /** The place in the spawner's list of scenes; 255 is for its function. */
  readonly scene: number;
  readonly spawnerId: number;
  readonly spawner: string | null;
  readonly netId: number;
  readonly syncIds: readonly number[];
  readonly name: string;
  /** Of the node, when it is known; else made of the spawner and the name. */
  readonly path: string;
  readonly data: DecodedValue | null;
  readonly state: readonly DecodedValue[];
}

/** What a packet says. `docs/wire.md` and Godot's own protocol tell what it does. */
export type PacketContent =
  | CallContent
  | SpawnContent
  | { readonly kind: 'simplify-path'; readonly id: number; readonly path: string; readonly checksum: string }
  | { readonly kind: 'confirm-path'; readonly id: number; readonly path: string | null; readonly isSame: boolean }
  | { readonly kind: 'raw'; readonly bytes: Uint8Array }
  | { readonly kind: 'despawn'; readonly netId: number; readonly path: string | null }
  | { readonly kind: 'sync'; readonly time: number; readonly states: readonly DecodedState[] }
  | { readonly kind: 'delta'; readonly states: readonly DecodedState[] }
  | { readonly kind: 'auth'; readonly bytes: Uint8Array }
  | { readonly kind: 'add-peer'; readonly about: number }
  | { readonly kind: 'del-peer'; readonly about: number }
  | { readonly kind: 'features'; readonly about: number; readonly features: string }
  /** `about`: whom it is for on its way to the server, whom it is from on the way on. */
  | { readonly kind: 'relay'; readonly about: number; readonly inner: PacketContent }
  | { readonly kind: 'ask'; readonly question: number; readonly call: PacketContent }
  | { readonly kind: 'answer'; readonly question: number; readonly value: DecodedValue | null }
  | { readonly kind: 'failure'; readonly question: number; readonly reason: FailureReason; readonly text: string }
  | { readonly kind: 'cancel'; readonly question: number }
  | { readonly kind: 'list'; readonly list: NamedList }
  | { readonly kind: 'other-list'; readonly path: string; readonly list: NamedList }
  | { readonly kind: 'malformed'; readonly problem: string };

export type PacketKind = PacketContent['kind'];

export const PACKET_KINDS: readonly PacketKind[] = [
  'call',
  'ask',
  'answer',
  'failure',
  'cancel',
  'list',
  'other-list',
  'simplify-path',
  'confirm-path',
  'raw',
  'spawn',
  'despawn',
  'sync',
  'delta',
  'auth',
  'add-peer',
  'del-peer',
  'features',
  'relay',
  'malformed',
];

export const malformed = (problem: string): PacketContent => ({ kind: 'malformed', problem });

/** What is inside of a relayed packet; else the content itself. */
export const innermost = (content: PacketContent): PacketContent =>
  content.kind === 'relay' ? content.inner : content;
