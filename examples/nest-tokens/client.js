import { HubClient } from '@ws-hub/hub-client';

const { BACKEND_URL = 'http://localhost:3000', HUB_URL = 'ws://localhost:8080/ws' } = process.env;
const [user, channel, ...words] = process.argv.slice(2);

/** Called before a connect, before the token expires, and when the hub has rejected it. What it throws is a reason to try again later. */
async function fetchToken() {
  const response = await fetch(`${BACKEND_URL}/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user, password: process.env.PASSWORD }),
  });
  if (!response.ok) throw new Error(`the backend answered ${response.status}`);
  return (await response.json()).token;
}

const client = new HubClient({
  url: HUB_URL,
  channels: words.length > 0 ? [] : [channel],
  token: fetchToken,
});
client.on('forbidden', ({ action, channels }) => console.error(`may not ${action}: ${channels}`));
client.on('message', ({ user, channel, content }) => console.log(`${user} on ${channel}: ${content}`));
client.on('connected', () => console.error(`connected as ${client.user}`));
client.start();

if (words.length > 0) {
  const { id } = await client.publish(words.join(' '), { channel });
  console.log(`stored as ${id}`);
  await client.close();
}
