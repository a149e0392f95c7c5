import type { GodotProcess } from './godot-process.js';

/** A WebSocketPeer that says what a test tells it to, as JSON of Godot's making, and tells what it gets. */
const CLIENT = `extends Node
var socket := WebSocketPeer.new()
var control: Node
var label := ""
var is_closed := false

func say(type: int, id: int, data: String) -> void:
	socket.send_text(JSON.stringify({"type": type, "id": id, "data": data}))

func _process(_delta: float) -> void:
	if is_closed:
		return
	socket.poll()
	while socket.get_ready_state() == WebSocketPeer.STATE_OPEN and socket.get_available_packet_count() > 0:
		var message: Dictionary = JSON.parse_string(socket.get_packet().get_string_from_utf8())
		control.tell("%s got %d %d %s" % [label, message.type, message.id, message.data.left(200)])
	if socket.get_ready_state() == WebSocketPeer.STATE_CLOSED:
		is_closed = true
		control.tell("%s closed %d %s" % [label, socket.get_close_code(), socket.get_close_reason()])
`;

/** Says JOIN in the frame in which the socket is open, as Godot's demo client does. */
const CONNECT = `
var script := GDScript.new()
script.source_code = Marshalls.base64_to_utf8("SOURCE")
script.reload()
var client: Node = script.new()
client.name = "LABEL"
client.control = control
client.label = "LABEL"
control.add_child(client)
client.socket.connect_to_url("URL")
while client.socket.get_ready_state() == WebSocketPeer.STATE_CONNECTING:
	await get_tree().process_frame
client.say(0, MODE, "ROOM")
return client.socket.get_ready_state()`;

/** One client of a lobby inside a Godot; several fit into one. */
export class GodotLobbyClient {
  readonly label: string;
  readonly #godot: GodotProcess;
  #read = 0;

  private constructor(godot: GodotProcess, label: string) {
    this.#godot = godot;
    this.label = label;
  }

  static async join(
    godot: GodotProcess,
    label: string,
    url: string,
    mode: number,
    room: string,
  ): Promise<GodotLobbyClient> {
    const code = CONNECT.replace('SOURCE', Buffer.from(CLIENT).toString('base64'))
      .replaceAll('LABEL', label)
      .replace('URL', url)
      .replace('MODE', String(mode))
      .replace('ROOM', room);
    const state = await godot.run(code);
    if (state !== '1') throw new Error(`Godot's socket is in state ${state}`);
    return new GodotLobbyClient(godot, label);
  }

  say(type: number, id: number, data: string): Promise<string> {
    return this.#godot.run(`control.get_node("${this.label}").say(${type}, ${id}, ${JSON.stringify(data)})`);
  }

  /** A message that is too long for a line of code. */
  sayLong(type: number, id: number, length: number): Promise<string> {
    return this.#godot.run(`control.get_node("${this.label}").say(${type}, ${id}, "x".repeat(${length}))`);
  }

  leave(): Promise<string> {
    return this.#godot.run(`control.get_node("${this.label}").socket.close()`);
  }

  /** The next thing that it tells, such as "got 1 1 true" or "closed 4000 Lobby is sealed". */
  async next(): Promise<string> {
    const prefix = `${this.label} `;
    for (;;) {
      const lines = this.#godot.log.filter((line) => line.startsWith(prefix));
      const line = lines[this.#read];
      if (line !== undefined) {
        this.#read += 1;
        return line.slice(prefix.length);
      }
      this.#godot.check();
      await this.#godot.run('return 0');
    }
  }
}
