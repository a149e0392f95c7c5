import { ByteReader } from '../../core/byte-reader.js';
import { ByteWriter } from '../../core/byte-writer.js';
import { Err } from '../../core/err.js';
import { pushError, quoted, watchRejection } from '../../core/fail.js';
import { isPeerId, TransferMode } from '../multiplayer-types.js';
import type { CallPart, SceneContext } from '../scene/scene-context.js';
import type { SceneNode } from '../scene/scene-host.js';
import { copyVariant } from '../variant/copy-variant.js';
import { Float } from '../variant/float.js';
import { readArgument } from '../variant/read-variant.js';
import type { Variant, VariantInput } from '../variant/variant.js';
import { type AskOptions, RPC_FEATURE } from './ask-options.js';
import { NOT_GODOTS } from './call-layout.js';
import { type CallProblem, problem, report } from './call-problem.js';
import { CallSender, type OutgoingCall } from './call-sender.js';
import { IncomingCalls } from './incoming-calls.js';
import { MethodLists } from './method-lists.js';
import { MethodRunner } from './method-runner.js';
import type { MethodTable } from './method-table.js';
import { MethodTables } from './method-tables.js';
import { Extra, extraOf, readFailure, writeExtra } from './not-godots.js';
import { OpenAnswers } from './open-answers.js';
import { OpenQuestions } from './open-questions.js';
import { CallContext } from './rpc-context.js';
import { RpcError, RpcRefusal } from './rpc-error.js';

/**
 * Calls of methods across the network: Godot's SceneRPCInterface, and between scenewire peers calls that are answered.
 * Everything a stranger sends is dropped and counted unless it is a call of a listed method by one who may.
 */
export class SceneRpc implements CallPart {
  readonly #context: SceneContext;
  readonly #tables: MethodTables;
  readonly #lists: MethodLists;
  readonly #runner: MethodRunner;
  readonly #sender: CallSender;
  readonly #questions: OpenQuestions;
  readonly #answers: OpenAnswers;
  readonly #incoming: IncomingCalls;
  /** Questions to oneself, by their numbers. */
  readonly #ownCalls = new Map<number, CallContext>();
  readonly #writer = new ByteWriter();
  readonly #tableOf = (node: SceneNode): MethodTable => this.#tables.of(node);

  constructor(context: SceneContext) {
    this.#context = context;
    this.#tables = new MethodTables(context);
    this.#lists = new MethodLists(context);
    this.#runner = new MethodRunner(context);
    this.#sender = new CallSender(context, this.#lists);
    this.#questions = new OpenQuestions(context.clock, (peer, number) => this.#cancel(peer, number));
    this.#answers = new OpenAnswers(context);
    const parts = { tables: this.#tables, lists: this.#lists, runner: this.#runner, answers: this.#answers };
    this.#incoming = new IncomingCalls(context, parts);
  }

  get remoteSender(): number {
    return this.#runner.sender;
  }

  /** The packet leaves first; then the method runs here, if it is one that does and this side is meant. */
  call(peer: number, node: SceneNode, method: string, args: readonly VariantInput[]): Err {
    const call = this.#prepare(peer, node, method, args);
    if ('err' in call) return report(call);
    const { uniqueId } = this.#context;
    const sent = peer === uniqueId ? Err.OK : report(this.#sender.send(peer, call));
    const isMeant = peer === 0 || peer === uniqueId || (peer < 0 && peer !== -uniqueId);
    if (!call.method.isLocalToo || !isMeant) return sent;
    const ran = this.#runHere(call);
    return sent === Err.OK ? ran : sent;
  }

  /** The promise is watched: a question whose answer nobody looks at does not end a Node process. */
  ask(
    peer: number,
    node: SceneNode,
    method: string,
    args: readonly VariantInput[],
    options: AskOptions = {},
  ): Promise<Variant> {
    const promise = this.#ask(peer, node, method, args, options);
    promise.catch(() => {});
    return promise;
  }

  receive(packet: Uint8Array, from: number): void {
    if (this.#context.host === null) return;
    const isGodots = (packet[0]! & NOT_GODOTS) === 0 || !this.#context.hasFeature(from, RPC_FEATURE);
    if (isGodots) this.#incoming.call(packet, from);
    else this.#receiveExtra(packet, from);
  }

  poll(): void {
    this.#questions.poll();
    this.#answers.poll();
    this.#lists.poll(this.#tableOf);
  }

  checksum(node: SceneNode): string {
    return this.#tables.of(node).checksum;
  }

  /** The name of the method that a peer, or this side, means by a number; for those who look on. */
  methodBehind(node: SceneNode, speaker: number, id: number): string | null {
    const table = this.#tables.of(node);
    const method = speaker === this.#context.uniqueId ? table.byId(id) : this.#lists.find(node, speaker, id, table);
    return method?.name ?? null;
  }

  announced(node: SceneNode, peer: number, checksum: string): boolean {
    return this.#lists.announced(node, peer, checksum, this.#tables.of(node));
  }

  confirmedDifferent(node: SceneNode, peer: number): void {
    this.#lists.confirmedDifferent(node, peer, this.#tables.of(node));
  }

  peerLeft(peer: number): void {
    this.#lists.forget(peer);
    this.#questions.peerLeft(peer);
    this.#answers.peerLeft(peer);
  }

  reset(): void {
    this.#lists.clear();
    this.#questions.reset();
    this.#answers.reset();
    for (const call of this.#ownCalls.values()) call.abandon();
    this.#ownCalls.clear();
  }

  #prepare(peer: number, node: SceneNode, name: string, args: readonly VariantInput[]): OutgoingCall | CallProblem {
    const { host, isConnected, uniqueId } = this.#context;
    if (host === null) return problem(Err.ERR_UNCONFIGURED, 'The API of a call belongs to no tree');
    if (!host.isInsideTree(node)) {
      return problem(Err.ERR_INVALID_PARAMETER, `${name} was called on a node outside of the tree`);
    }
    if (!isConnected) {
      return problem(Err.ERR_CONNECTION_ERROR, `${name} was called without a connection`, 'disconnected');
    }
    const table = this.#tables.of(node);
    const method = table.byName(name);
    if (method === undefined) {
      const path = host.pathOf(this.#context.rootPath, node) ?? 'a node';
      return problem(Err.ERR_INVALID_PARAMETER, `${path} has no RPC ${quoted(name)} on this side`);
    }
    if (peer === uniqueId && !method.isLocalToo) {
      return problem(Err.ERR_INVALID_PARAMETER, `${name} can't be called on oneself: it has no callLocal`);
    }
    return { node, table, method, args };
  }

  /** What the caller's own side does. An error of the method is not the caller's to catch, as it is not elsewhere. */
  #runHere({ node, method, args }: OutgoingCall): Err {
    try {
      const call = new CallContext(this.#context.uniqueId, true, false);
      watchRejection(this.#runner.run(node, method, args.map(asArrived), call), 'The called method', method.name);
      return Err.OK;
    } catch (thrown) {
      pushError(`The called method ${method.name} threw`, Err.ERR_SCRIPT_FAILED, thrown);
      return Err.ERR_SCRIPT_FAILED;
    }
  }

  async #ask(
    peer: number,
    node: SceneNode,
    name: string,
    args: readonly VariantInput[],
    options: AskOptions,
  ): Promise<Variant> {
    const refuse = ({ reason, text }: CallProblem): RpcError => new RpcError(reason, peer, name, text);
    const call = this.#prepare(peer, node, name, args);
    if ('err' in call) throw refuse(call);
    if (peer === this.#context.uniqueId) return this.#askHere(peer, call, options);
    if (!isPeerId(peer)) throw new RpcError('not-sent', peer, name, `${name} can be asked of one peer only`);
    if (!this.#context.joined.has(peer)) throw new RpcError('peer-left', peer, name, `Peer ${peer} is not here`);
    if (!this.#context.hasFeature(peer, RPC_FEATURE)) {
      throw new RpcError('unsupported', peer, name, `Peer ${peer} can be called, but does not answer`);
    }
    return this.#questions.ask(peer, call.method, options, (number) => {
      const unsent = this.#sender.sendQuestion(peer, call, (writer) => {
        writeExtra(writer, Extra.ASK);
        writer.u32(number);
      });
      return unsent === null ? null : refuse(unsent);
    });
  }

  /** One's own question, with the same time-out, signal and checks as those of others. */
  #askHere(peer: number, { node, method, args }: OutgoingCall, options: AskOptions): Promise<Variant> {
    return this.#questions.ask(peer, method, options, (number) => {
      const call = new CallContext(peer, true, true);
      this.#ownCalls.set(number, call);
      // The method runs now; its answer comes when somebody waits for it.
      const run = async (): Promise<unknown> => this.#runner.run(node, method, args.map(asArrived), call);
      void run()
        .then(
          (given) => void this.#questions.answer(peer, number, asArrived(given as VariantInput)),
          (thrown: unknown) => this.#failHere(peer, number, method.name, thrown),
        )
        .finally(() => this.#ownCalls.delete(number));
      return null;
    });
  }

  #failHere(peer: number, number: number, method: string, thrown: unknown): void {
    const isRefusal = thrown instanceof RpcRefusal;
    if (!isRefusal) pushError(`The asked method ${method} threw`, Err.ERR_SCRIPT_FAILED, thrown);
    this.#questions.fail(peer, number, isRefusal ? 'refused' : 'failed', isRefusal ? thrown.message : '');
  }

  #receiveExtra(packet: Uint8Array, from: number): void {
    const extra = extraOf(packet);
    const reader = new ByteReader(packet);
    reader.skip(1);
    const number = extra <= Extra.CANCEL ? reader.u32() : 0;
    if (reader.failed) this.#context.drop(from, 'malformed', "a question or an answer can't be read");
    else if (extra === Extra.ASK) this.#incoming.question(packet, number, from);
    else if (extra === Extra.ANSWER || extra === Extra.FAILURE) this.#receiveAnswer(extra, reader, number, from);
    else if (extra === Extra.CANCEL) this.#answers.cancel(from, number);
    else if (extra === Extra.LIST) this.#lists.learn(from, packet);
    else if (extra === Extra.OTHER_LIST) this.#lists.learnOther(from, packet, this.#tableOf);
    else this.#context.drop(from, 'unknown-command', 'something about calls that is not known here');
  }

  /** One that nobody waits for any more came too late: that is nobody's mistake. */
  #receiveAnswer(extra: number, reader: ByteReader, number: number, from: number): void {
    if (extra === Extra.FAILURE) {
      const { reason, text } = readFailure(reader);
      this.#questions.fail(from, number, reason, text);
      return;
    }
    const value = reader.remaining === 0 ? null : readArgument(reader);
    if (!reader.failed) this.#questions.answer(from, number, value);
    else this.#questions.fail(from, number, 'bad-answer', `What peer ${from} answered can't be read`);
  }

  #cancel(peer: number, number: number): void {
    if (peer === this.#context.uniqueId) {
      this.#ownCalls.get(number)?.abandon();
      this.#ownCalls.delete(number);
      return;
    }
    this.#writer.clear();
    writeExtra(this.#writer, Extra.CANCEL);
    this.#writer.u32(number);
    this.#context.sendCommand(peer, this.#writer.view(), TransferMode.TRANSFER_MODE_RELIABLE, 0);
  }
}

/** A method sees the same values whoever calls it: copies, of the classes of this library. */
function asArrived(value: VariantInput): Variant {
  return value instanceof Float ? value.value : copyVariant(value);
}
