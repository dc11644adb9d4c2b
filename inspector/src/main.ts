// One script is both page and worker: what the page is made of starts it again, without a document.
import { serve } from './engine/serve.js';
import { App } from './page/app.js';

if (typeof document === 'undefined') serve(globalThis as unknown as Parameters<typeof serve>[0]);
else void new App(document.currentScript?.textContent ?? '').start();
