import { readU16, readU32, readU53, writeU16, writeU32, writeU53 } from './wire-bytes.js';

/** What one side tells the other several times a second. One object is read into again and again. */
export interface Pulse {
  isHidden: boolean;
  /** Asks for a pulse in return, now. */
  isProbe: boolean;
  /** Whether the two that follow mean anything: not before the first message came. */
  hasEcho: boolean;
  /** The newest message that arrived. */
  echoSerial: number;
  /** Milliseconds from its arrival to this pulse; Infinity when that is long ago. */
  echoHoldMs: number;
  /** The same for the newest one of an unreliable lane, which no repetition has held up. */
  hasTimed: boolean;
  timedSerial: number;
  timedHoldMs: number;
  /** Milliseconds between the two polls in which it was found: it had been waiting for up to that long. */
  gapMs: number;
  /** The sender's clock, in milliseconds. */
  timeMs: number;
  /** Bytes of all messages that arrived, modulo 2^32. */
  receivedBytes: number;
  /** Bytes of all large packets that were put together, modulo 2^32. */
  assembledBytes: number;
  /** The largest packet the sender takes. */
  maxPacketBytes: number;
  /** The share of the unreliable messages of the last seconds that did not arrive. */
  lossRate: number;
}

export const PULSE_BODY_BYTES = 32;

const HIDDEN = 1;
const PROBE = 2;
const ECHO = 4;
const TIMED = 8;

const MICROSECONDS = 1000;
const HOLD_UNITS = 8;
const MAX_HOLD = 0xffff;
const MAX_GAP = 0xff;
const LOSS_UNITS = 0xffff;

export function emptyPulse(): Pulse {
  return {
    isHidden: false,
    isProbe: false,
    hasEcho: false,
    echoSerial: 0,
    echoHoldMs: 0,
    hasTimed: false,
    timedSerial: 0,
    timedHoldMs: 0,
    gapMs: 0,
    timeMs: 0,
    receivedBytes: 0,
    assembledBytes: 0,
    maxPacketBytes: 0,
    lossRate: 0,
  };
}

export function writePulse(message: Uint8Array, at: number, pulse: Pulse): void {
  const about = (pulse.isHidden ? HIDDEN : 0) | (pulse.isProbe ? PROBE : 0);
  message[at] = about | (pulse.hasEcho ? ECHO : 0) | (pulse.hasTimed ? TIMED : 0);
  writeU53(message, at + 1, Math.floor(pulse.timeMs * MICROSECONDS));
  writeU16(message, at + 9, pulse.echoSerial);
  writeU16(message, at + 11, holdUnits(pulse.echoHoldMs));
  writeU16(message, at + 13, pulse.timedSerial);
  writeU16(message, at + 15, holdUnits(pulse.timedHoldMs));
  message[at + 17] = Math.min(MAX_GAP, Math.round(pulse.gapMs));
  writeU32(message, at + 18, pulse.receivedBytes);
  writeU32(message, at + 22, pulse.assembledBytes);
  writeU32(message, at + 26, pulse.maxPacketBytes);
  writeU16(message, at + 30, Math.round(pulse.lossRate * LOSS_UNITS));
}

/** Rounded down: a later arrival is a weaker claim than an earlier one, and never a wrong one. */
const holdUnits = (ms: number): number => Math.min(MAX_HOLD, Math.floor(ms * HOLD_UNITS));
const holdMs = (units: number): number => (units === MAX_HOLD ? Number.POSITIVE_INFINITY : units / HOLD_UNITS);

/** False when it is none; then `pulse` is in no state to be used. Bytes behind it are for later versions. */
export function readPulse(message: Uint8Array, at: number, pulse: Pulse): boolean {
  if (message.length < at + PULSE_BODY_BYTES) return false;
  const flags = message[at]!;
  pulse.isHidden = (flags & HIDDEN) !== 0;
  pulse.isProbe = (flags & PROBE) !== 0;
  pulse.hasEcho = (flags & ECHO) !== 0;
  pulse.hasTimed = (flags & TIMED) !== 0;
  pulse.timeMs = readU53(message, at + 1) / MICROSECONDS;
  pulse.echoSerial = readU16(message, at + 9);
  pulse.echoHoldMs = holdMs(readU16(message, at + 11));
  pulse.timedSerial = readU16(message, at + 13);
  pulse.timedHoldMs = holdMs(readU16(message, at + 15));
  pulse.gapMs = message[at + 17]!;
  pulse.receivedBytes = readU32(message, at + 18);
  pulse.assembledBytes = readU32(message, at + 22);
  pulse.maxPacketBytes = readU32(message, at + 26);
  pulse.lossRate = readU16(message, at + 30) / LOSS_UNITS;
  return !Number.isNaN(pulse.timeMs);
}
