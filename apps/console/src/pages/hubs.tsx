export function Hubs() {
  return <p>Not yet.</p>;
}
