import type { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import { TransferMode } from '../multiplayer-types.js';
import type { SceneContext } from '../scene/scene-context.js';
import type { SceneNode } from '../scene/scene-host.js';
import type { VariantInput } from '../variant/variant.js';
import { RPC_FEATURE } from './ask-options.js';
import { type CallProblem, problem, sendProblem, toldProblem } from './call-problem.js';
import { CallWriter } from './call-writer.js';
import type { MethodLists } from './method-lists.js';
import type { MethodTable, RpcMethod } from './method-table.js';

/** One call that is about to leave. */
export interface OutgoingCall {
  readonly node: SceneNode;
  readonly table: MethodTable;
  readonly method: RpcMethod;
  readonly args: readonly VariantInput[];
}

/** Finds whom a call goes to, and sends it: by the number of the node where it is known, else with its path. */
export class CallSender {
  readonly #context: SceneContext;
  readonly #lists: MethodLists;
  readonly #writer = new CallWriter();
  /** Whom the present call goes to. PERF: kept, so that a call makes no list. */
  readonly #targets: number[] = [];
  #number = 0;
  #isKnownToAll = false;

  constructor(context: SceneContext, lists: MethodLists) {
    this.#context = context;
    this.#lists = lists;
  }

  /** To one peer, to all (0), or to all but one. Who may not see the node, or has no such method, is left out. */
  send(target: number, call: OutgoingCall): CallProblem | null {
    const found = this.#findTargets(target, call);
    if (found !== null || this.#targets.length === 0) return found;
    if (target > 0 && this.#context.paths.isConfirmed(call.node, target)) return this.#sendDirectly(target, call);
    const problem = this.#writer.setArguments(call.args, this.#isAmongOurs(call));
    if (problem !== null) return problem;
    const missed = this.#announce(call);
    const isForAll = call.method.transferMode === TransferMode.TRANSFER_MODE_RELIABLE;
    if (this.#targets.length === 0 || (missed !== null && isForAll)) return missed;
    return this.#sendToTargets(call) ?? missed;
  }

  /** A question to one peer: reliable whatever the mode of the method is, on channel 0 as its answer. */
  sendQuestion(peer: number, call: OutgoingCall, writeHeader: (writer: ByteWriter) => void): CallProblem | null {
    const found = this.#findOne(peer, call) ?? this.#writer.setArguments(call.args, true) ?? this.#announce(call);
    if (found !== null) return found;
    const writer = this.#writer.begin();
    writeHeader(writer);
    if (this.#isKnownToAll) this.#writer.byNumber(this.#number, call.method.id);
    else this.#writer.byPath(this.#pathOf(call.node), call.method.id);
    const packet = this.#isKnownToAll ? writer.view() : this.#writer.forOthers();
    return sendProblem(this.#context.sendCommand(peer, packet, TransferMode.TRANSFER_MODE_RELIABLE, 0));
  }

  #sendDirectly(peer: number, call: OutgoingCall): CallProblem | null {
    const { node, table, method, args } = call;
    this.#lists.tell(peer, table);
    const number = this.#context.paths.announce(node, peer);
    const problem = this.#writer.direct(number, method.id, args, this.#isAmongOurs(call));
    if (problem !== null) return problem;
    return sendProblem(this.#context.sendCommand(peer, this.#writer.packet, method.transferMode, method.channel));
  }

  /** PERF: asked only where it makes a difference. */
  #isAmongOurs({ args }: OutgoingCall): boolean {
    const isEmptyBytes = args.length === 1 && args[0] instanceof Uint8Array && args[0].length === 0;
    return isEmptyBytes && this.#targets.every((peer) => this.#context.hasFeature(peer, RPC_FEATURE));
  }

  #findTargets(target: number, call: OutgoingCall): CallProblem | null {
    if (target > 0) return this.#findOne(target, call);
    const { connected, joined } = this.#context;
    this.#targets.length = 0;
    if (target < 0 && !joined.has(-target)) return absent(-target, call);
    for (const peer of connected) {
      if (peer !== -target && this.#isReachable(call.node, peer, call.method.name)) this.#targets.push(peer);
    }
    return null;
  }

  #findOne(peer: number, call: OutgoingCall): CallProblem | null {
    const { node, method } = call;
    this.#targets.length = 0;
    if (!this.#context.joined.has(peer)) return absent(peer, call);
    if (!this.#context.isVisibleTo(node, peer)) {
      return problem(Err.ERR_INVALID_PARAMETER, `Peer ${peer} can't see the node: ${method.name} was not called`);
    }
    if (this.#lists.isLacking(node, peer, method.name)) {
      const text = `Peer ${peer} has no RPC ${method.name} at ${this.#pathOf(node)}`;
      return problem(Err.ERR_METHOD_NOT_FOUND, text, 'unknown-method');
    }
    this.#targets.push(peer);
    return null;
  }

  #isReachable(node: SceneNode, peer: number, name: string): boolean {
    return this.#context.isVisibleTo(node, peer) && !this.#lists.isLacking(node, peer, name);
  }

  /** Tells every target the number of the node before any of them is called. Who can't take it now is left out. */
  #announce({ node, table }: OutgoingCall): CallProblem | null {
    const { paths, host, rootPath } = this.#context;
    const targets = this.#targets;
    let kept = 0;
    this.#isKnownToAll = true;
    for (const peer of targets) {
      this.#lists.tell(peer, table);
      const number = paths.announce(node, peer);
      if (number === 0) continue;
      this.#number = number;
      this.#isKnownToAll &&= paths.isConfirmed(node, peer);
      targets[kept] = peer;
      kept += 1;
    }
    const isComplete = kept === targets.length;
    targets.length = kept;
    if (isComplete) return null;
    if (host?.pathOf(rootPath, node) !== null) return sendProblem(Err.ERR_BUSY);
    return toldProblem(Err.ERR_INVALID_PARAMETER, 'The node is outside of the root of its API');
  }

  #sendToTargets({ node, method }: OutgoingCall): CallProblem | null {
    this.#writer.begin();
    const forAll = this.#isKnownToAll ? this.#writer.byNumber(this.#number, method.id) : null;
    if (forAll === null) this.#writer.byPath(this.#pathOf(node), method.id);
    const packetFor = (peer: number): Uint8Array => forAll ?? this.#packetFor(node, peer);
    const { transferMode, channel } = method;
    const [only] = this.#targets;
    // What is for one alone is refused when there is no room; what is for several reaches all of them, or nobody.
    if (only !== undefined && this.#targets.length === 1) {
      return sendProblem(this.#context.sendCommand(only, packetFor(only), transferMode, channel));
    }
    return sendProblem(this.#context.sendToEach(this.#targets, packetFor, transferMode, channel));
  }

  #packetFor(node: SceneNode, peer: number): Uint8Array {
    const isKnown = this.#context.paths.isConfirmed(node, peer);
    return isKnown ? this.#writer.forKnowing(this.#number) : this.#writer.forOthers();
  }

  #pathOf(node: SceneNode): string {
    return this.#context.host?.pathOf(this.#context.rootPath, node) ?? '';
  }
}

function absent(peer: number, { method }: OutgoingCall): CallProblem {
  return problem(Err.ERR_INVALID_PARAMETER, `Peer ${peer} is not here: ${method.name} was not called`, 'peer-left');
}
