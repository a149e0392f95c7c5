import { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import type { VariantInput } from '../variant/variant.js';
import { problemOf } from '../variant/variant-problem.js';
import { writeArgument } from '../variant/write-variant.js';
import { BY_PATH, MOST_ARGUMENTS, NODE_WIDTH_SHIFT, RAW_ARGUMENTS, WIDE_METHOD } from './call-layout.js';
import { type CallProblem, problem } from './call-problem.js';

/** A buffer that grew beyond this for one large call is not kept. */
const KEPT_BYTES = 1 << 18;

/**
 * Makes the packets of one call in buffers that it keeps. The arguments are written once; a packet is valid until the
 * next one is made.
 */
export class CallWriter {
  #arguments = new ByteWriter();
  #packet = new ByteWriter();
  #isRaw = false;
  /** Where the call begins behind what was put in front of it. */
  #start = 0;
  /** Where its path begins. */
  #end = 0;

  /**
   * Takes the arguments of the next call. Godot writes a single empty byte array as no argument at all; `isCounted` says
   * that nobody who is called expects that.
   */
  setArguments(args: readonly VariantInput[], isCounted = false): CallProblem | null {
    this.#dropLarge();
    this.#arguments.clear();
    this.#isRaw = isRaw(args, isCounted);
    return writeArguments(this.#arguments, args, this.#isRaw);
  }

  /** PERF: the whole packet at once, for one who knows the number of the node: most calls of a game. */
  direct(node: number, method: number, args: readonly VariantInput[], isCounted = false): CallProblem | null {
    this.#dropLarge();
    this.#packet.clear();
    this.#isRaw = isRaw(args, isCounted);
    this.#head(node, method);
    return writeArguments(this.#packet, args, this.#isRaw);
  }

  get packet(): Uint8Array {
    return this.#packet.view();
  }

  /** Begins a packet: with nothing for a plain call, or with what makes a question of it. */
  begin(): ByteWriter {
    this.#packet.clear();
    return this.#packet;
  }

  /** The call of a method of a node whose number everybody knows. */
  byNumber(node: number, method: number): Uint8Array {
    this.#head(node, method);
    this.#packet.bytes(this.#arguments.view());
    return this.#packet.view();
  }

  /** The call for some who know the number of the node and some who don't: `forKnowing` and `forOthers` give it. */
  byPath(path: string, method: number): void {
    this.#header(2, method);
    this.#packet.u32(0);
    this.#method(method);
    this.#packet.bytes(this.#arguments.view());
    this.#end = this.#packet.length;
    this.#packet.utf8(path);
    this.#packet.u8(0);
  }

  forKnowing(node: number): Uint8Array {
    this.#packet.patchU32(this.#start + 1, node);
    return this.#packet.view().subarray(0, this.#end);
  }

  forOthers(): Uint8Array {
    this.#packet.patchU32(this.#start + 1, BY_PATH + this.#end - this.#start);
    return this.#packet.view();
  }

  #head(node: number, method: number): void {
    const width = node <= 0xff ? 0 : node <= 0xffff ? 1 : 2;
    this.#header(width, method);
    if (width === 0) this.#packet.u8(node);
    else if (width === 1) this.#packet.u16(node);
    else this.#packet.u32(node);
    this.#method(method);
  }

  #header(width: number, method: number): void {
    this.#start = this.#packet.length;
    const wide = method > 0xff ? WIDE_METHOD : 0;
    this.#packet.u8((width << NODE_WIDTH_SHIFT) | wide | (this.#isRaw ? RAW_ARGUMENTS : 0));
  }

  #method(method: number): void {
    if (method > 0xff) this.#packet.u16(method);
    else this.#packet.u8(method);
  }

  #dropLarge(): void {
    if (this.#arguments.length <= KEPT_BYTES && this.#packet.length <= KEPT_BYTES) return;
    this.#arguments = new ByteWriter();
    this.#packet = new ByteWriter();
  }
}

/** Nothing, or the bytes of one array and nothing else. */
function isRaw(args: readonly VariantInput[], isCounted: boolean): boolean {
  if (args.length !== 1) return args.length === 0;
  const [only] = args;
  return only instanceof Uint8Array && !(isCounted && only.length === 0);
}

function writeArguments(writer: ByteWriter, args: readonly VariantInput[], isRaw: boolean): CallProblem | null {
  if (isRaw) {
    if (args.length > 0) writer.bytes(args[0] as Uint8Array);
    return null;
  }
  if (args.length > MOST_ARGUMENTS) {
    return problem(Err.ERR_INVALID_PARAMETER, `A call has at most ${MOST_ARGUMENTS} arguments, not ${args.length}`);
  }
  writer.u8(args.length);
  for (let i = 0; i < args.length; i += 1) {
    const err = writeArgument(writer, args[i]);
    if (err !== Err.OK) return problem(err, `Argument ${i + 1} of a call: ${problemOf(args[i], err)}`);
  }
  return null;
}
