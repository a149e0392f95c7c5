extends Node
## The test game: a node for each thing that travels.

## What happens, as a line of text.
signal told(line: String)

## A call that arrived: "Calls any_peer(1, 2) from 7".
func tell_call(node: Node, method: String, args: Array) -> void:
	var list := ", ".join(args.map(func(arg: Variant) -> String: return var_to_str(arg)))
	told.emit("%s %s(%s) from %d" % [get_path_to(node), method, list, multiplayer.get_remote_sender_id()])
