import { Err } from '../../core/err.js';
import { fail, messageOf } from '../../core/fail.js';
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

export interface MicrophoneEvents {
  /** Sends it in place of the one before; what it refuses is not used. */
  onTrack(track: MediaStreamTrack, before: MediaStreamTrack | null): Err;
  onLost(): void;
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

/** The player's own voice: which device, when it is open, how loud it is. */
export class Microphone {
  readonly #hearing: Hearing;
  readonly #events: MicrophoneEvents;
  readonly #constraints: MediaTrackConstraints;
  readonly #speakingLevel: number;
  #track: MediaStreamTrack | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #meter: LevelMeter | null = null;
  #isOpen = true;
  /** What the player is asked for right now. It is given up when something else is wanted before the answer. */
  #question: Question | null = null;

  constructor(hearing: Hearing, events: MicrophoneEvents, constraints: MediaTrackConstraints, speakingLevel: number) {
    this.#hearing = hearing;
    this.#events = events;
    this.#constraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...constraints };
    this.#speakingLevel = speakingLevel;
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
    if (this.#question?.deviceId === deviceId) return this.#question.answer;
    const question = { deviceId, answer: Promise.resolve(false) };
    this.#question = question;
    question.answer = this.#ask(question);
    return question.answer;
  }

  /** Any track of sound: music, or a voice that was changed. It is stopped when another takes its place. */
  use(track: MediaStreamTrack): Err {
    const err = track === this.#track ? Err.OK : this.#begin(track);
    if (err === Err.OK) this.#question = null;
    return err;
  }

  close(): void {
    this.#question = null;
    this.#track?.stop();
    this.#letGo();
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
    if (problem !== null) this.#events.onProblem(problem);
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
    const err = this.#events.onTrack(track, before);
    if (err !== Err.OK) return err;
    this.#letGo();
    before?.stop();
    this.#track = track;
    track.onended = () => this.#lose(track);
    this.#source = source;
    this.#meter = new LevelMeter(this.#hearing.context, source, this.#speakingLevel);
    return Err.OK;
  }

  /** It was pulled out. */
  #lose(track: MediaStreamTrack): void {
    if (track === this.#track) this.#events.onLost();
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
