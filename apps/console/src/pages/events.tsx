export function Events() {
  return <p>Not yet.</p>;
}
