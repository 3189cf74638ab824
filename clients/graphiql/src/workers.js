// Monaco asks here for its workers. They are real files of this origin, because the page's
// Content-Security-Policy refuses blob: workers. The build writes their names into index.html.

const files = document.body.dataset;

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) =>
    new Worker(files[`${label}Worker`] ?? files.editorWorker, { type: 'module' }),
};
