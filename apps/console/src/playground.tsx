import { render } from 'preact';
import './style.css';

render(<h1>ws-hub playground</h1>, document.getElementById('app') as HTMLElement);
