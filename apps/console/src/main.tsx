import { render } from 'preact';
import './style.css';

render(<h1>ws-hub console</h1>, document.getElementById('app') as HTMLElement);
