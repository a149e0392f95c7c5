/**
 * A player in a page: one room, over the lobby behind the address's # or over BroadcastChannel, a voice that is a tone, and
 * ears that can be asked what they hear.
 */
import type { MultiplayerPeer } from 'scenewire';
import { broadcastLobby, LobbySession } from 'scenewire/lobby';
import { MediaForwarder, type MediaForwarderOptions, Screens, Voice, type VoiceOptions } from 'scenewire/media';
import { attach } from 'scenewire/three';
import { Object3D, PerspectiveCamera, Scene } from 'three';

const FFT = 8192;

export interface Heard {
  /** Of the strongest tone, in Hz. */
  readonly peak: number;
  /** Tones that were asked about, each as loud as it is. */
  readonly tones: readonly number[];
  readonly left: number;
  readonly right: number;
}

class Ears {
  readonly #left: AnalyserNode;
  readonly #right: AnalyserNode;

  /** Everything that reaches the loudspeaker. */
  constructor(context: AudioContext) {
    const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
    this.#left = new AnalyserNode(context, { fftSize: FFT, smoothingTimeConstant: 0 });
    this.#right = new AnalyserNode(context, { fftSize: FFT, smoothingTimeConstant: 0 });
    splitter.connect(this.#left, 0);
    splitter.connect(this.#right, 1);
    const connect = AudioNode.prototype.connect as (this: AudioNode, ...args: unknown[]) => AudioNode;
    AudioNode.prototype.connect = function tapped(this: AudioNode, ...args: unknown[]) {
      if (args[0] === context.destination) connect.call(this, splitter);
      return connect.call(this, ...args);
    } as typeof AudioNode.prototype.connect;
  }

  hear(tones: readonly number[]): Heard {
    const bins = new Float32Array(FFT / 2);
    this.#left.getFloatFrequencyData(bins);
    const right = new Float32Array(FFT / 2);
    this.#right.getFloatFrequencyData(right);
    const hzOfBin = this.#left.context.sampleRate / FFT;
    let best = 0;
    const both = bins.map((decibel, i) => Math.max(decibel, right[i] ?? -200));
    both.forEach((decibel, i) => {
      if (decibel > (both[best] ?? -200)) best = i;
    });
    const at = (hz: number): number => 10 ** ((both[Math.round(hz / hzOfBin)] ?? -200) / 20);
    return { peak: best * hzOfBin, tones: tones.map(at), left: rms(this.#left), right: rms(this.#right) };
  }
}

function rms(node: AnalyserNode): number {
  const samples = new Float32Array(2048);
  node.getFloatTimeDomainData(samples);
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

/** Not slowed down in a hidden page, as timers are. */
function rest(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(0);
  });
}

/** What a test asks of the page, by `talker`. */
export class Talker {
  readonly context = new AudioContext();
  readonly #ears = new Ears(this.context);
  readonly session = new LobbySession(location.hash.slice(1) || broadcastLobby('voices'));
  readonly net = attach(new Scene());
  readonly camera = new PerspectiveCamera();
  readonly heads = new Map<number, Object3D>();
  readonly events: string[] = [];
  voice: Voice | null = null;
  screens: Screens | null = null;
  forwarder: MediaForwarder | null = null;
  /** What is between these ears and every voice: from 0 to a wall, 1. */
  between = 0;

  constructor() {
    // As in a game: in a hidden page frames go on, too.
    this.net.tree.process_frame.connect(() => this.voice?.poll());
    const frame = (): void => {
      this.net.poll();
      this.net.flush();
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  async host(mode: 'mesh' | 'server' = 'mesh'): Promise<string> {
    const code = await this.session.host({ mode });
    this.net.multiplayer.multiplayerPeer = this.session.peer;
    return code;
  }

  async join(code: string): Promise<number> {
    await this.session.join(code);
    this.net.multiplayer.multiplayerPeer = this.session.peer;
    return this.id;
  }

  get peer(): MultiplayerPeer {
    return this.session.peer;
  }

  get id(): number {
    return this.peer.getUniqueId();
  }

  open(options: VoiceOptions = {}): void {
    const voice = new Voice(this.peer, { context: this.context, occlusion: () => this.between, ...options });
    this.voice = voice;
    this.screens = new Screens(this.peer, { media: voice.media });
    voice.listenFrom(this.camera);
    voice.voice_added.connect((id) => void this.events.push(`added ${id}`));
    voice.voice_removed.connect((id) => void this.events.push(`removed ${id}`));
    voice.speaking_changed.connect(
      (id, isSpeaking) => void this.events.push(`${isSpeaking ? 'speaks' : 'falls silent'} ${id}`),
    );
    voice.blocked_changed.connect((isBlocked) => void this.events.push(isBlocked ? 'blocked' : 'free'));
    voice.microphone_failed.connect((problem) => void this.events.push(`no microphone: ${problem}`));
    voice.microphone_changed.connect((label) => void this.events.push(`microphone ${label}`));
    voice.devices_changed.connect(() => void this.events.push('devices'));
  }

  /** A host passes on what its players send. */
  forward(options: MediaForwarderOptions = {}): void {
    this.forwarder = new MediaForwarder(this.peer, options);
  }

  /** Speaks as a tone does. */
  say(hz: number, volume = 0.5): void {
    const tone = new OscillatorNode(this.context, { frequency: hz });
    const out = new MediaStreamAudioDestinationNode(this.context, { channelCount: 1 });
    tone.connect(new GainNode(this.context, { gain: volume })).connect(out);
    tone.start();
    const [track] = out.stream.getAudioTracks();
    if (track !== undefined) this.voice?.setTrack(track);
  }

  /** A picture beside the voice. */
  show(): void {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d');
    // A picture that rests is not sent.
    setInterval(() => context?.fillRect(0, 0, canvas.width, canvas.height), 50);
    const [track] = canvas.captureStream(15).getVideoTracks();
    if (track !== undefined) this.screens?.shareTrack(track);
  }

  /** What others show, and whether it plays. */
  pictures(): readonly boolean[] {
    return (this.screens?.getScreens() ?? []).map(({ video, aspect }) => !video.paused && aspect > 0);
  }

  /** Where a peer stands, seen from here: the camera is at the origin and looks along -Z. */
  put(id: number, x: number, y: number, z: number): void {
    const head = this.heads.get(id) ?? new Object3D();
    this.heads.set(id, head);
    head.position.set(x, y, z);
    this.voice?.place(id, head);
  }

  /** Where this player stands and looks: at 0 along -Z, at a half turn along +Z. */
  stand(x: number, z: number, turn = 0): void {
    this.camera.position.set(x, 0, z);
    this.camera.rotation.y = turn;
  }

  hear(tones: readonly number[] = []): Heard {
    return this.#ears.hear(tones);
  }

  /** What comes after the sound that was there when it was asked. */
  async hearNext(): Promise<Heard> {
    const from = this.context.currentTime;
    while (this.context.currentTime - from < FFT / this.context.sampleRate / 2) await rest();
    return this.hear();
  }

  /** Players who can be spoken to. */
  peers(): readonly number[] {
    return this.voice?.media.getPeers() ?? [];
  }
}

Object.assign(globalThis, { talker: new Talker() });
