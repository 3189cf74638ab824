import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

export default defineConfig({
  base: '/admin/',
  plugins: [react()],
  // The server puts a nonce of each answer's own in its place.
  html: { cspNonce: '{{nonce}}' },
  // The data package is built from its sources, as if they were here: one copy of what both need.
  resolve: { conditions: ['@rolecall/source', ...defaultClientConditions], preserveSymlinks: true },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // `npm run dev` beside a server of one's own.
  server: {
    proxy: {
      '/graphql': { target: process.env.ROLECALL_URL ?? 'http://127.0.0.1:8080', ws: true },
    },
  },
});
