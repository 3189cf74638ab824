import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { createI18nProvider } from './i18n';
import { createProviders } from './providers';
import { createStore } from './store';
import './page.css';

const RESTART_PAUSE_MILLISECONDS = 10_000;

// The Content-Security-Policy lets style sheets in that carry this answer's nonce, and no others.
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;
const styles = createCache({ key: 'rc', ...(nonce && { nonce }) });

// After an upgrade of the server a page of before asks for files that are gone: it starts over, but not on and on.
window.addEventListener('vite:preloadError', () => {
  const last = Number(sessionStorage.getItem('rolecall.restarted'));
  if (Date.now() - last < RESTART_PAUSE_MILLISECONDS) return;
  sessionStorage.setItem('rolecall.restarted', String(Date.now()));
  location.reload();
});

const i18nProvider = await createI18nProvider();
const providers = createProviders(i18nProvider);
const store = createStore();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <CacheProvider value={styles}>
      <App i18nProvider={i18nProvider} store={store} {...providers} />
    </CacheProvider>
  </StrictMode>,
);
