import { Err } from '../../core/err.js';
import { fail, messageOf } from '../../core/fail.js';
import type { LocalTrackOptions, PeerMedia } from '../../multiplayer/media/peer-media.js';
import type { Hearing } from './hearing.js';
import { LevelMeter } from './level-meter.js';

/** Why there is no microphone. The game goes on, and its player listens. */
export type MicrophoneProblem =
  /** The player, or the page's policy, said no. */
  | 'denied'
  /** There is none, or none that fits. */
  | 'missing'
  /** Another program has it. */
  | 'busy'
  /** The page may not ask, since it is not served over https or from localhost; or the voice could not be sent. */
  | 'unavailable';

export interface MicrophoneOptions {
  readonly media: PeerMedia;
  /** To whom, and as what. */
  readonly sending: LocalTrackOptions;
  readonly constraints: MediaTrackConstraints;
  readonly speakingLevel: number;
  onChange(label: string): void;
  onProblem(problem: MicrophoneProblem): void;
}

const PROBLEMS: Readonly<Record<string, MicrophoneProblem>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
};

interface Question {
  readonly deviceId: string;
  answer: Promise<boolean>;
}

/** The player's own voice: which device, to whom it is sent, when it is open, how loud it is. */
export class Microphone {
  readonly #hearing: Hearing;
  readonly #options: MicrophoneOptions;
  readonly #constraints: MediaTrackConstraints;
  #track: MediaStreamTrack | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #meter: LevelMeter | null = null;
  #isOpen = true;
  #isClosed = false;
  /** What the player is asked for right now. It is given up when something else is wanted before the answer. */
  #question: Question | null = null;

  constructor(hearing: Hearing, options: MicrophoneOptions) {
    this.#hearing = hearing;
    this.#options = options;
    const usual = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    this.#constraints = { ...usual, ...options.constraints };
  }

  get track(): MediaStreamTrack | null {
    return this.#track;
  }

  get meter(): LevelMeter | null {
    return this.#meter;
  }

  /** The name that the browser has for the device in use. */
  get deviceId(): string {
    return this.#track?.getSettings().deviceId ?? '';
  }

  set isOpen(isOpen: boolean) {
    this.#isOpen = isOpen;
    if (this.#track !== null) this.#track.enabled = isOpen;
  }

  /** Asks the player, once however often it is called before the answer. False when that brought none. */
  open(deviceId = ''): Promise<boolean> {
    if (this.#isClosed || !this.#options.media.isAvailable()) {
      this.#options.onProblem('unavailable');
      return Promise.resolve(false);
    }
    if (this.#question?.deviceId === deviceId) return this.#question.answer;
    const question = { deviceId, answer: Promise.resolve(false) };
    this.#question = question;
    question.answer = this.#ask(question);
    return question.answer;
  }

  /** Any track of sound: music, or a voice that was changed. It is stopped when another takes its place. */
  use(track: MediaStreamTrack): Err {
    if (this.#isClosed || track.kind !== 'audio') return fail(Err.ERR_INVALID_PARAMETER, 'A voice is a track of sound');
    if (!this.#options.media.isAvailable()) return Err.ERR_UNAVAILABLE;
    const err = track === this.#track ? Err.OK : this.#begin(track);
    if (err === Err.OK) this.#question = null;
    return err;
  }

  /** Gives it back. Another one may be asked for. */
  stop(): void {
    this.#question = null;
    const track = this.#track;
    if (track === null) return;
    this.#options.media.removeLocalTrack(track);
    track.stop();
    this.#letGo();
  }

  close(): void {
    this.#isClosed = true;
    this.stop();
  }

  async #ask(question: Question): Promise<boolean> {
    let answer: MediaStreamTrack | MicrophoneProblem;
    try {
      const wanted = question.deviceId === '' ? {} : { deviceId: { exact: question.deviceId } };
      // Pages without https have none.
      const stream = await navigator.mediaDevices?.getUserMedia({ audio: { ...this.#constraints, ...wanted } });
      answer = stream === undefined ? 'unavailable' : (stream.getAudioTracks()[0] ?? 'missing');
    } catch (thrown) {
      answer = PROBLEMS[(thrown as Error).name] ?? 'busy';
    }
    if (question !== this.#question) {
      if (typeof answer !== 'string') answer.stop();
      return this.#track !== null;
    }
    this.#question = null;
    const problem = typeof answer === 'string' ? answer : this.#accept(answer);
    if (problem !== null) this.#options.onProblem(problem);
    return problem === null;
  }

  #accept(track: MediaStreamTrack): MicrophoneProblem | null {
    if (this.#begin(track) === Err.OK) return null;
    track.stop();
    return 'unavailable';
  }

  #begin(track: MediaStreamTrack): Err {
    let source: MediaStreamAudioSourceNode;
    try {
      // Before anything is given up: Firefox refuses one of another sample rate than the context's.
      source = this.#hearing.context.createMediaStreamSource(new MediaStream([track]));
    } catch (thrown) {
      return fail(Err.ERR_INVALID_PARAMETER, `The browser refuses the track: ${messageOf(thrown)}`);
    }
    const before = this.#track;
    track.enabled = this.#isOpen;
    const { media, sending, speakingLevel } = this.#options;
    const err = before === null ? media.addLocalTrack(track, sending) : media.replaceLocalTrack(before, track);
    if (err !== Err.OK) return err;
    this.#letGo();
    before?.stop();
    this.#track = track;
    track.onended = () => void this.#lose(track);
    this.#source = source;
    this.#meter = new LevelMeter(this.#hearing.context, source, speakingLevel);
    this.#options.onChange(track.label);
    return Err.OK;
  }

  /** It was pulled out: the usual one takes its place, if there is one. */
  async #lose(track: MediaStreamTrack): Promise<void> {
    if (!(await this.open()) && track === this.#track) this.stop();
  }

  #letGo(): void {
    if (this.#track !== null) this.#track.onended = null;
    this.#track = null;
    this.#source?.disconnect();
    this.#source = null;
    this.#meter?.dispose();
    this.#meter = null;
  }
}
