import { render } from 'preact';
import { Playground } from './playground/playground.js';
import './style.css';
import './try/try.css';

render(<Playground />, document.getElementById('app') as HTMLElement);
