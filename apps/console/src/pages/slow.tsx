export function Slow() {
  return <p>Not yet.</p>;
}
