extends MultiplayerPeerExtension
## Two peers at the ends of a TCP connection, which carries transfer modes and channels as they were asked for:
## WebSockets would turn them all into reliable packets on channel 0.
## A packet: u32 size of the rest, u8 mode, u8 channel, bytes.

var _stream := StreamPeerTCP.new()
var _id := 0
var _unread := PackedByteArray()
var _packets: Array[PackedByteArray] = []
var _status := CONNECTION_DISCONNECTED
var _mode := TRANSFER_MODE_RELIABLE
var _channel := 0

## Joins whoever listens there. One of the two has to be 1.
func start(port: int, id: int) -> void:
	_id = id
	_status = CONNECTION_CONNECTING
	_stream.connect_to_host("127.0.0.1", port)

func _poll() -> void:
	_stream.poll()
	var status := _stream.get_status()
	if _status == CONNECTION_CONNECTING and status == StreamPeerTCP.STATUS_CONNECTED:
		_stream.set_no_delay(true)
		_status = CONNECTION_CONNECTED
		peer_connected.emit(_other())
	if status == StreamPeerTCP.STATUS_CONNECTED:
		_unread.append_array(_stream.get_data(_stream.get_available_bytes())[1])
		while _unread.size() >= 4 and _unread.size() >= 4 + _unread.decode_u32(0):
			var size := _unread.decode_u32(0)
			_packets.append(_unread.slice(4, 4 + size))
			_unread = _unread.slice(4 + size)
	elif _status == CONNECTION_CONNECTED:
		_status = CONNECTION_DISCONNECTED
		peer_disconnected.emit(_other())

func _put_packet_script(packet: PackedByteArray) -> Error:
	_stream.put_u32(packet.size() + 2)
	_stream.put_u8(_mode)
	_stream.put_u8(_channel)
	return _stream.put_data(packet)

func _get_packet_script() -> PackedByteArray:
	return _packets.pop_front().slice(2)

func _close() -> void:
	_stream.disconnect_from_host()
	_status = CONNECTION_DISCONNECTED

func _disconnect_peer(_peer: int, _force: bool) -> void:
	_close()

func _other() -> int: return 2 if _id == 1 else 1
func _get_packet_mode() -> TransferMode: return _packets[0][0] as TransferMode
func _get_packet_channel() -> int: return _packets[0][1]
func _get_packet_peer() -> int: return _other()
func _get_available_packet_count() -> int: return _packets.size()
func _get_max_packet_size() -> int: return 1 << 20
func _get_connection_status() -> ConnectionStatus: return _status
func _get_unique_id() -> int: return _id
func _is_server() -> bool: return _id == 1
func _is_server_relay_supported() -> bool: return true
func _set_target_peer(_peer: int) -> void: pass
func _set_transfer_mode(mode: TransferMode) -> void: _mode = mode
func _get_transfer_mode() -> TransferMode: return _mode
func _set_transfer_channel(channel: int) -> void: _channel = channel
func _get_transfer_channel() -> int: return _channel
func _set_refuse_new_connections(_refuse: bool) -> void: pass
func _is_refusing_new_connections() -> bool: return false
