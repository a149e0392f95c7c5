import { readVectors } from '../../support/vectors.js';

/** A property of a synchronizer's configuration. */
export interface ConfigEntry {
  readonly path: string;
  readonly spawn?: boolean;
  readonly mode?: 'never' | 'always' | 'on_change';
}

/** A node as the recordings describe it. Which members it has depends on its type. */
export interface NodeSpec {
  readonly path: string;
  readonly name?: string;
  readonly type?: string;
  readonly script?: string;
  readonly props?: Readonly<Record<string, unknown>>;
  readonly rpc_config?: Readonly<Record<string, Readonly<Record<string, number | boolean>>>>;
  readonly authority?: number;
  readonly peers?: readonly number[];
  readonly root_path?: string;
  readonly replication_interval?: number;
  readonly delta_interval?: number;
  readonly public_visibility?: boolean;
  readonly config?: readonly ConfigEntry[];
  readonly spawn_path?: string;
  readonly scenes?: readonly string[];
  readonly spawn_function?: string;
  readonly spawn_function_node?: string;
}

export interface PeerSpec {
  readonly id: number;
  readonly mode?: 'server' | 'client' | 'mesh';
  readonly auth?: boolean;
  readonly api?: Readonly<Record<string, number | boolean | string>>;
}

/** One action; its members depend on `op`. */
export interface Action {
  readonly op: string;
  readonly step?: number;
  readonly [member: string]: unknown;
}

export interface Packet {
  readonly step: number;
  readonly seq: number;
  readonly from: number;
  readonly to: number;
  readonly channel: number;
  readonly transfer_mode: number;
  readonly hex: string;
  /** What it says, in words. */
  readonly note: string;
}

export interface Happening {
  readonly step: number;
  readonly seq: number;
  readonly event: string;
  readonly peer?: number;
  readonly [member: string]: unknown;
}

export interface Scenario {
  readonly name: string;
  readonly group?: string;
  readonly description?: string;
  readonly volatile?: boolean;
  readonly relay_supported?: boolean;
  readonly peers: readonly PeerSpec[];
  readonly nodes?: readonly NodeSpec[];
  readonly actions: readonly Action[];
  readonly packets: readonly Packet[];
  readonly events: readonly Happening[];
}

export interface Recording {
  readonly rpc_md5_examples?: readonly { readonly names: readonly string[]; readonly md5: string }[];
  readonly scripts: Readonly<Record<string, { readonly source: string }>>;
  readonly scenes: Readonly<Record<string, { readonly source: string; readonly nodes: readonly NodeSpec[] }>>;
  readonly scenarios: readonly Scenario[];
}

export const SCENE_VECTORS = 'scene-multiplayer-vectors.json';

/** What Godot 4.6.3 did. */
export const readRecording = (): Recording => readVectors<Recording>(SCENE_VECTORS);
