import { Err } from '../core/err.js';
import { fail } from '../core/fail.js';
import { GrowingDescription } from './growing-description.js';
import { isDescriptionType, isTooLarge, midOfSection, normalizeCandidate } from './session-description.js';
import {
  ConnectionState,
  type IceCandidate,
  type RtcCapabilities,
  type SessionDescription,
  type SessionDescriptionType,
  SignalingState,
} from './webrtc-types.js';

/** Remote candidates that may wait for a remote description, and those that may follow it. */
const MAX_REMOTE_CANDIDATES = 256;

const { SIGNALING_STATE_STABLE: STABLE, SIGNALING_STATE_HAVE_LOCAL_OFFER: HAVE_LOCAL_OFFER } = SignalingState;
const { SIGNALING_STATE_HAVE_REMOTE_OFFER: HAVE_REMOTE_OFFER, SIGNALING_STATE_CLOSED: CLOSED } = SignalingState;
const { SIGNALING_STATE_HAVE_LOCAL_PRANSWER: HAVE_LOCAL_PRANSWER } = SignalingState;
const { SIGNALING_STATE_HAVE_REMOTE_PRANSWER: HAVE_REMOTE_PRANSWER } = SignalingState;

interface Descriptions {
  readonly local: GrowingDescription | null;
  readonly remote: GrowingDescription | null;
}

interface Snapshot extends Descriptions {
  readonly state: SignalingState;
  readonly established: boolean;
  /** What the last completed exchange left: where a round that is given up goes back to. */
  readonly settled: Descriptions;
}

const NOTHING: Descriptions = { local: null, remote: null };

/** Where a description leads that was set here or came from the other side. */
const AFTER = {
  local: { offer: HAVE_LOCAL_OFFER, answer: STABLE, pranswer: HAVE_LOCAL_PRANSWER },
  remote: { offer: HAVE_REMOTE_OFFER, answer: STABLE, pranswer: HAVE_REMOTE_PRANSWER },
} as const;

/**
 * Offer, answer and candidates of one connection as the user sees them: which call is legal when, what both
 * descriptions read, and which remote candidates came too early. It knows no back end; the connection asks it first and
 * tells it afterwards what was accepted.
 */
export class Negotiation {
  /** The description that was asked for and has not been delivered yet. */
  creating: 'offer' | 'answer' | null = null;
  /** The description that was delivered and waits for `setLocalDescription`. */
  created: SessionDescription | null = null;
  #now: Snapshot = { ...NOTHING, state: STABLE, established: false, settled: NOTHING };
  #before: Snapshot = this.#now;
  #early: IceCandidate[] = [];

  get state(): SignalingState {
    return this.#now.state;
  }

  /** Whether an offer and an answer have met once. */
  get established(): boolean {
    return this.#now.established;
  }

  get local(): SessionDescription | null {
    return this.#now.local?.read() ?? null;
  }

  get remote(): SessionDescription | null {
    return this.#now.remote?.read() ?? null;
  }

  /** Whether remote candidates have something to belong to. */
  get hasRemote(): boolean {
    return this.#now.remote !== null;
  }

  close(): void {
    this.#now = this.#before = { ...this.#now, state: CLOSED };
    this.#early = [];
    this.creating = this.created = null;
  }

  checkLocal(type: unknown, sdp: unknown, capabilities: RtcCapabilities): Err {
    const problem = checkText(type, sdp, capabilities);
    if (problem !== Err.OK) return problem;
    if (type === 'rollback') return this.state === HAVE_LOCAL_OFFER ? Err.OK : wrongState(type, this.state);
    const wanted = type === 'offer' ? type : 'answer';
    const fits = type === 'offer' ? this.state === STABLE : this.#expectsLocalAnswer();
    if (!fits || this.created?.type !== wanted) return fail(Err.FAILED, `No created ${wanted} waits to be set`);
    if (this.created.sdp !== sdp && !capabilities.editableDescriptions) {
      return fail(Err.ERR_INVALID_PARAMETER, 'This back end cannot apply an edited description');
    }
    return Err.OK;
  }

  checkRemote(type: unknown, sdp: unknown, connection: ConnectionState, capabilities: RtcCapabilities): Err {
    const problem = checkText(type, sdp, capabilities);
    if (problem !== Err.OK) return problem;
    if (isTooLarge(sdp as string)) return fail(Err.FAILED, 'The description is too large');
    const answers = this.state === HAVE_LOCAL_OFFER || this.state === HAVE_REMOTE_PRANSWER;
    const fits =
      type === 'offer'
        ? this.state === STABLE && connection !== ConnectionState.STATE_CONNECTING
        : type !== 'rollback' && answers;
    if (!fits) return wrongState(`a remote ${type}`, this.state);
    const again = type === 'offer' && connection !== ConnectionState.STATE_NEW;
    return again && !capabilities.renegotiation ? noRenegotiation() : Err.OK;
  }

  acceptLocal(type: SessionDescriptionType, sdp: string): void {
    this.#before = this.#now;
    if (type === 'rollback') this.#goBack();
    else this.#accept('local', type, sdp);
    if (type !== 'pranswer') this.created = null;
  }

  acceptRemote(type: Exclude<SessionDescriptionType, 'rollback'>, sdp: string): void {
    this.#before = this.#now;
    this.#accept('remote', type, sdp);
    // An own offer that was made but not set yet lost against this one.
    if (type === 'offer') this.created = this.creating = null;
  }

  /** The back end refused afterwards what was accepted last. */
  restore(): void {
    this.#now = this.#before;
  }

  /** Nothing comes of this round. An established connection goes on with what it agreed on before. */
  giveUp(): void {
    this.creating = null;
    if (this.established && this.state === HAVE_REMOTE_OFFER) this.#goBack();
  }

  /** Keeps a checked candidate for the remote description. */
  keepEarly(candidate: IceCandidate): Err {
    if (this.#early.length >= MAX_REMOTE_CANDIDATES) {
      return fail(Err.ERR_OUT_OF_MEMORY, 'Too many remote candidates');
    }
    this.#early.push(candidate);
    return Err.OK;
  }

  takeEarlyCandidates(): readonly IceCandidate[] {
    const early = this.#early;
    this.#early = [];
    return early;
  }

  /** Candidate in the form back ends get it: with a mid wherever the remote description has one. */
  resolve(candidate: IceCandidate): IceCandidate {
    if (candidate.sdpMid !== '' || this.#now.remote === null) return candidate;
    return { ...candidate, sdpMid: midOfSection(this.#now.remote.givenSdp, candidate.sdpMLineIndex) };
  }

  addLocalCandidate(candidate: IceCandidate): void {
    this.#now.local?.add(candidate);
  }

  /** Whether one more remote candidate may be added: a stranger decides how many come. */
  checkRemoteCandidate(): Err {
    const isFull = (this.#now.remote?.candidateCount ?? 0) >= MAX_REMOTE_CANDIDATES;
    return isFull ? fail(Err.ERR_OUT_OF_MEMORY, 'Too many remote candidates') : Err.OK;
  }

  addRemoteCandidate(candidate: IceCandidate): void {
    this.#now.remote?.add(candidate);
  }

  #accept(side: 'local' | 'remote', type: Exclude<SessionDescriptionType, 'rollback'>, sdp: string): void {
    const { local, remote, established, settled } = this.#now;
    const state = AFTER[side][type];
    const descriptions = { local, remote, [side]: new GrowingDescription(type, sdp) };
    this.#now =
      state === STABLE
        ? { ...descriptions, state, established: true, settled: descriptions }
        : { ...descriptions, state, established, settled };
  }

  #goBack(): void {
    this.#now = { ...this.#now, ...this.#now.settled, state: STABLE };
    this.creating = null;
  }

  #expectsLocalAnswer(): boolean {
    return this.state === HAVE_REMOTE_OFFER || this.state === HAVE_LOCAL_PRANSWER;
  }
}

/** The parts of what a caller handed in as a candidate, also of a browser's own kind; none when it cannot be read. */
export function readCandidate(input: IceCandidate): Partial<IceCandidate> {
  try {
    const { sdpMid, sdpMLineIndex, candidate } = input;
    return { sdpMid, sdpMLineIndex, candidate };
  } catch {
    return {};
  }
}

/** A candidate as the user gave it, or null when its parts have the wrong types. */
export function parseCandidate(media: unknown, index: unknown, name: unknown): IceCandidate | null {
  const fits =
    typeof media === 'string' && typeof name === 'string' && Number.isInteger(index) && (index as number) >= 0;
  return fits ? { candidate: normalizeCandidate(name), sdpMid: media, sdpMLineIndex: index as number } : null;
}

function checkText(type: unknown, sdp: unknown, capabilities: RtcCapabilities): Err {
  if (!isDescriptionType(type)) return fail(Err.ERR_INVALID_PARAMETER, 'The type of the description is unknown');
  const empty = typeof sdp !== 'string' || (sdp === '' && type !== 'rollback');
  if (empty) return fail(Err.ERR_INVALID_PARAMETER, 'The description is empty');
  const missing = type === 'pranswer' && !capabilities.provisionalAnswers;
  return missing ? fail(Err.ERR_UNAVAILABLE, 'This back end cannot use a pranswer') : Err.OK;
}

function wrongState(what: string, state: SignalingState): Err {
  const name = Object.keys(SignalingState)[state] ?? state;
  return fail(Err.FAILED, `The signaling state ${name} does not take ${what}`);
}

/** An established connection would have to negotiate again. */
export function noRenegotiation(): Err {
  return fail(Err.ERR_UNAVAILABLE, 'This back end cannot renegotiate');
}
