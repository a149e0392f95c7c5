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
  /** The page may not ask: it is not served over https or from localhost. */
  | 'unavailable';

export interface MicrophoneEvents {
  onTrack(track: MediaStreamTrack, before: MediaStreamTrack | null): void;
  onLost(): void;
}

const PROBLEMS: Readonly<Record<string, MicrophoneProblem>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
};

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
  /** Who asks again gives up what was asked for before. */
  #attempt = 0;

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

  /** Asks the player once; null when it is there. */
  async open(deviceId = ''): Promise<MicrophoneProblem | null> {
    const { mediaDevices } = navigator;
    // Pages without https have none.
    if (mediaDevices === undefined) return 'unavailable';
    this.#attempt += 1;
    const attempt = this.#attempt;
    try {
      const wanted = deviceId === '' ? {} : { deviceId: { exact: deviceId } };
      const stream = await mediaDevices.getUserMedia({ audio: { ...this.#constraints, ...wanted } });
      const [track] = stream.getAudioTracks();
      if (track === undefined) return 'missing';
      if (attempt === this.#attempt) this.use(track);
      else track.stop();
      return null;
    } catch (thrown) {
      return PROBLEMS[(thrown as Error).name] ?? 'busy';
    }
  }

  /** Any track of sound: music, or a voice that was changed. It is stopped when another takes its place. */
  use(track: MediaStreamTrack): void {
    const before = this.#track;
    this.#letGo();
    this.#track = track;
    track.enabled = this.#isOpen;
    track.onended = () => this.#lose(track);
    this.#source = this.#hearing.context.createMediaStreamSource(new MediaStream([track]));
    this.#meter = new LevelMeter(this.#hearing.context, this.#source, this.#speakingLevel);
    this.#events.onTrack(track, before);
    before?.stop();
  }

  close(): void {
    this.#attempt += 1;
    this.#track?.stop();
    this.#letGo();
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
