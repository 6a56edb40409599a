import { render } from 'preact';
import { App } from './app.js';
import './style.css';
// With the rest of the looks: a page whose looks come later needs more code than it has looks.
import './try/try.css';

render(<App />, document.getElementById('app') as HTMLElement);
