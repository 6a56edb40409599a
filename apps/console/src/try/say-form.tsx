import { useState } from 'preact/hooks';

interface SayFormProps {
  readonly name: string;
  readonly onSay: (content: string) => void;
}

/** A line to say something. */
export function SayForm({ name, onSay }: SayFormProps) {
  const [content, setContent] = useState('');
  const say = (event: Event) => {
    event.preventDefault();
    if (content === '') return;
    onSay(content);
    setContent('');
  };
  return (
    <form class="try-say" onSubmit={say}>
      <input
        type="text"
        value={content}
        onInput={({ currentTarget }) => setContent(currentTarget.value)}
        placeholder={`Say something as ${name}`}
        aria-label={`Say something as ${name}`}
        autocomplete="off"
      />
      <button type="submit">
        Say<span class="unseen"> it as {name}</span>
      </button>
    </form>
  );
}
