/** A lobby at an address, with the ICE servers that it is told. Writes its port. */
import { LobbyServer } from 'scenewire/lobby-server';

const [host = '', ice = '{}'] = process.argv.slice(2);
const server = new LobbyServer({ port: 0, host, ice: JSON.parse(ice), log: () => {} });
console.log(JSON.stringify({ port: (await server.listen())!.port }));
