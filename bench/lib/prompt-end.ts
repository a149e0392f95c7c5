import { pollPromptly } from 'scenewire/headless';
import type { ChannelSpec, Mail } from './end.js';
import { ScenewireEnd } from './scenewire-end.js';

/** As a program without frames has it: polled when it has something to tell. */
export class PromptEnd extends ScenewireEnd {
  constructor(channels: readonly ChannelSpec[], post: (mail: Mail) => void) {
    super(channels, post);
    pollPromptly(this.connection);
  }

  override poll(): void {}
}
