/** Where the samples meet: `?lobby=wss://…` in the address of the page, or the server that the page came from. */
export function lobbyAddress(page: Location): string {
  const wanted = new URLSearchParams(page.search).get('lobby');
  if (wanted !== null) return wanted;
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}/lobby`;
}
