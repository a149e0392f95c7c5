import { defineRpcs, NodeScript, Vector3 } from 'scenewire';

/** What both sides of a hidden page have: something that moves, and something to say. */
export class Chat extends NodeScript {
  static readonly rpcs = defineRpcs(Chat, { say: { mode: 'any_peer' } });
  declare readonly rpcs: typeof Chat.rpcs;
  readonly heard: number[] = [];
  readonly at = new Vector3();

  say(number: number): void {
    this.heard.push(number);
  }
}
