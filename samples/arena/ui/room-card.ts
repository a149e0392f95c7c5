import { button, make, setText } from '../../shared/dom.js';
import { cssColour, kartColour } from '../look/palette.js';
import type { Room, RoomMember } from '../net/room.js';

/** A room before the game: its code, who is here and ready, and the host's buttons. */
export class RoomCard {
  readonly element: HTMLElement;
  readonly #room: Room;
  readonly #members = make('ul', 'list');
  readonly #status = make('p', 'status');
  readonly #ready: HTMLButtonElement;
  readonly #seal: HTMLButtonElement;
  readonly #open: HTMLButtonElement;

  constructor(room: Room, leave: () => void) {
    this.#room = room;
    this.#ready = button('I am ready', () => this.#try(room.setReady(this.#ready.ariaPressed !== 'true')), 'main');
    this.#seal = button('Seal and start', () => this.#try(room.start(true)), 'main');
    this.#open = button('Start, let others in', () => this.#try(room.start(false)));
    const code = make('div', 'room-code', room.code);
    const copy = button('Copy link', () => this.#try(navigator.clipboard.writeText(linkTo(room.code)), 'Copied'));
    this.element = make(
      'section',
      'card',
      make('h2', '', 'Others join with this code'),
      make('div', 'row', code, copy),
      make('h2', '', 'Who is here'),
      this.#members,
      this.#status,
      make('div', 'row', this.#ready, this.#seal, this.#open),
      make('div', 'row', button('Leave', leave)),
    );
    room.changed.connect(() => this.update());
    this.update();
  }

  update(): void {
    const { members, isHost } = this.#room;
    this.#members.replaceChildren(...members.map(makeRow));
    const waiting = members.filter((member) => !member.isHost && !member.isReady).length;
    this.#ready.hidden = isHost;
    this.#ready.ariaPressed = String(members.some((member) => member.isMe && member.isReady));
    this.#seal.hidden = this.#open.hidden = !isHost;
    this.#seal.disabled = waiting > 0;
    this.#say(isHost ? hostText(members.length, waiting) : 'The host starts the game');
  }

  #say(text: string, isError = false): void {
    setText(this.#status, text);
    this.#status.classList.toggle('error', isError);
  }

  #try(request: Promise<void>, done?: string): void {
    request.then(
      () => done !== undefined && this.#say(done),
      (thrown: unknown) => this.#say(thrown instanceof Error ? thrown.message : String(thrown), true),
    );
  }
}

const hostText = (members: number, waiting: number): string =>
  members === 1 ? 'Nobody else is here yet' : waiting > 0 ? `${waiting} not ready yet` : 'Everybody is ready';

function makeRow({ driver, colour, isHost, isMe, isReady }: RoomMember): Element {
  const dot = make('i');
  dot.style.background = cssColour(kartColour(colour));
  const name = `${driver || 'Guest'}${isMe ? ' (you)' : ''}`;
  return make(
    'li',
    '',
    dot,
    make('span', '', name),
    make('small', '', isHost ? 'host' : isReady ? 'ready ✓' : 'not ready'),
  );
}

/** The same page, with the code in it. */
function linkTo(code: string): string {
  const link = new URL(location.href);
  link.hash = code;
  return link.href;
}
