import type { ClientMessage, Message } from './client-messages.js';
import { clientShapes } from './client-shapes.js';
import { type AnyShape, firstInvalid, isRecord, pick } from './fields.js';
import { MAX_DATA_LENGTH, MAX_FRAME_BYTES, MAX_PEER_ID } from './limits.js';
import { FIRST_EXTENSION, MessageType } from './message-type.js';
import { isModestJson } from './modest-json.js';
import type { ServerMessage } from './server-messages.js';
import { serverShapes } from './server-shapes.js';

/** Why a frame is no message. `member`: what is wrong in it. `ref`: of the request that it was meant to be. */
export interface BadFrame {
  readonly problem: 'format' | 'type' | 'member';
  readonly type: number;
  readonly member?: string;
  readonly ref?: number;
}

export type Parsed<M> =
  | { readonly message: M; readonly bad?: undefined }
  | { readonly bad: BadFrame; readonly message?: undefined };

type Members = Record<string, unknown>;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A frame of a client. Members may come in any order, unknown ones are left out, numbers are truncated, and a missing
 * `data` is empty, since Godot's servers are as lenient. The extensions count for clients that announced themselves, and
 * in the three messages in which they do it; everybody else may write what they like into the members that Godot ignores.
 */
export function parseClientMessage(frame: string | Uint8Array, isAnnounced: boolean): Parsed<ClientMessage> {
  const members = readJson(frame, isModestJson);
  if (members === null) return formatError;
  const message = readBase(members, true);
  if (message === null) return formatError;
  const { type } = message;
  if (isAnnounced || (announces(type) && isVersion(members['sw']))) {
    return readRest<ClientMessage>(message, members, clientShapes);
  }
  const isKnown = type < FIRST_EXTENSION && clientShapes.has(type);
  return isKnown ? { message: message as ClientMessage } : bad('type', type);
}

/** A frame of a server: ours, or one of Godot's. */
export function parseServerMessage(frame: string | Uint8Array): Parsed<ServerMessage> {
  const members = readJson(frame);
  if (members === null) return formatError;
  const message = readBase(members, false);
  return message === null ? formatError : readRest<ServerMessage>(message, members, serverShapes);
}

const formatError: { bad: BadFrame } = { bad: { problem: 'format', type: -1 } };
const bad = (problem: BadFrame['problem'], type: number): { bad: BadFrame } => ({ bad: { problem, type } });

const announces = (type: number): boolean =>
  type === MessageType.JOIN || type === MessageType.HELLO || type === MessageType.RESUME;
const isVersion = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1;

function readJson(frame: string | Uint8Array, isFine: (text: string) => boolean = () => true): Members | null {
  if (frame.length > MAX_FRAME_BYTES) return null;
  try {
    const text = typeof frame === 'string' ? frame : utf8.decode(frame);
    const value: unknown = isFine(text) ? JSON.parse(text) : null;
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** The three members that every message has. */
function readBase(members: Members, isFromClient: boolean): Message | null {
  const type = toInteger(members['type']);
  const id = toInteger(members['id']);
  const data = members['data'] ?? '';
  if (type === null || id === null || typeof data !== 'string' || data.length > MAX_DATA_LENGTH) return null;
  if (type < 0 || id > MAX_PEER_ID || (!isFromClient && id < -1)) return null;
  return { type, id, data };
}

function toInteger(value: unknown): number | null {
  if (typeof value !== 'number' || !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) return null;
  // Adding zero makes one zero of both.
  return Math.trunc(value) + 0;
}

function readRest<M extends Message>(
  message: Message,
  members: Members,
  shapes: ReadonlyMap<number, AnyShape>,
): Parsed<M> {
  const table = shapes.get(message.type);
  const ref = Number.isInteger(members['ref']) ? { ref: members['ref'] as number } : {};
  if (table === undefined) return { bad: { problem: 'type', type: message.type, ...ref } };
  const member = firstInvalid(members, table);
  if (member !== null) return { bad: { problem: 'member', type: message.type, member, ...(member !== 'ref' && ref) } };
  return { message: { ...message, ...pick(members, table) } as M };
}
