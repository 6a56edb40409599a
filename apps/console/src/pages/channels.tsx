export function Channels() {
  return <p>Not yet.</p>;
}
