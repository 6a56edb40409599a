export function Clients() {
  return <p>Not yet.</p>;
}
