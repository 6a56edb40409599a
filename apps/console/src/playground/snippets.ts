/** A page's own client in the plain dialect. */
export function plainSnippet(url: string): string {
  return `const socket = new WebSocket('${url}');
socket.onopen = () => socket.send('hello');
socket.onmessage = ({ data }) => {
  const { client_id, content } = JSON.parse(data);
  console.log(client_id, content);
};`;
}

/** The same with the client library. */
export function v1Snippet(url: string): string {
  return `import { HubClient } from '@ws-hub/hub-client';

const client = new HubClient({ url: '${url}' });
client.on('message', ({ client_id, content }) => console.log(client_id, content));
client.on('gap', () => console.warn('messages were missed'));
client.start();
await client.publish('hello');`;
}
