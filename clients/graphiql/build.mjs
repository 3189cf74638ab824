// Bundles GraphiQL into dist/, which the server embeds and serves at /graphiql/.
//   node build.mjs           writes dist/
//   node build.mjs --check   builds elsewhere and fails, naming files, when dist/ differs

import { mkdtemp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';

const HERE = import.meta.dirname;
const DIST = path.join(HERE, 'dist');

if (process.argv.includes('--check')) {
  const fresh = await mkdtemp(path.join(tmpdir(), 'graphiql-'));
  try {
    await build(fresh);
    await compare(fresh, DIST);
  } finally {
    await rm(fresh, { recursive: true });
  }
} else {
  await rm(DIST, { recursive: true, force: true });
  await build(DIST);
}

async function build(outdir) {
  const { metafile } = await esbuild.build({
    absWorkingDir: HERE,
    outdir: path.join(outdir, 'assets'),
    entryPoints: {
      page: 'src/main.jsx',
      editorWorker: 'monaco-editor/esm/vs/editor/editor.worker.js',
      graphqlWorker: 'monaco-graphql/esm/graphql.worker.js',
      jsonWorker: 'monaco-editor/esm/vs/language/json/json.worker.js',
    },
    // Content in the name: the server may let browsers keep assets/ for ever.
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    publicPath: '/graphiql/assets',
    bundle: true,
    minify: true,
    keepNames: true, // GraphiQL derives the titles of its icons from names of functions
    metafile: true,
    format: 'esm',
    splitting: true, // the workers share most of their code with the page and each other
    target: 'es2022',
    jsx: 'automatic',
    loader: { '.graphql': 'text' },
    define: { 'process.env.NODE_ENV': '"production"' },
    legalComments: 'none', // LICENSES.txt has them all
    logLevel: 'warning',
    plugins: [styles()],
    alias: {
      'monaco-editor/esm/vs/editor/edcore.main.js': './src/monaco.js',
      'prettier/parser-babel': './src/prettier-json.js',
      'prettier/plugins/estree': './src/prettier-json.js',
      'prettier/parser-graphql': 'prettier/plugins/graphql', // the same, by an older name
    },
  });

  // {{page.js}} and the like in index.html become the names that the build gave.
  const names = Object.keys(metafile.outputs).map(file => path.basename(file));
  const html = (await readFile(path.join(HERE, 'src/index.html'), 'utf8')).replace(
    /\{\{(\w+)(\.\w+)\}\}/g,
    (_, entry, ext) => names.find(name => name.startsWith(`${entry}-`) && name.endsWith(ext)),
  );
  await writeFile(path.join(outdir, 'index.html'), html);
  await writeFile(path.join(outdir, 'LICENSES.txt'), await licenses(Object.keys(metafile.inputs)));
}

/** GraphiQL's style sheet already holds Monaco's; its fonts become files that load when needed. */
function styles() {
  const fonts = new Map();
  return {
    name: 'styles',
    setup(build) {
      build.onLoad({ filter: /monaco-editor.*\.css$/ }, () => ({ contents: '', loader: 'empty' }));

      build.onLoad({ filter: /graphiql[\\/]dist[\\/]style\.css$/ }, async ({ path: file }) => {
        const contents = (await readFile(file, 'utf8'))
          // Roboto writes the interface alone, which is English: its other scripts are dead weight.
          .replace(/@font-face\s*\{[^}]*Roboto[^}]*\}/g, face =>
            face.includes('U+0000-00FF') ? face : '',
          )
          .replace(/url\(data:font\/(\w+);base64,([^)]*)\)/g, (_, type, data) => {
            const name = `font-${fonts.size}.${type}`;
            fonts.set(name, Buffer.from(data, 'base64'));
            return `url("${name}")`;
          });
        return { contents, loader: 'css' };
      });

      build.onResolve({ filter: /^font-/ }, ({ path: name }) => ({ path: name, namespace: 'font' }));
      build.onLoad({ filter: /./, namespace: 'font' }, ({ path: name }) => ({
        contents: fonts.get(name),
        loader: 'file',
      }));
    },
  };
}

/** The licence texts of the packages that these bundled files came from. */
async function licenses(inputs) {
  const packages = new Set(
    inputs.map(file => file.match(/.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean),
  );
  const sections = [];
  for (const folder of packages) {
    const { name, version, license } = JSON.parse(
      await readFile(path.join(HERE, folder, 'package.json'), 'utf8'),
    );
    const file = (await readdir(path.join(HERE, folder))).find(name => /^licen[cs]e/i.test(name));
    const text = file ? await readFile(path.join(HERE, folder, file), 'utf8') : '';
    sections.push(`${name} ${version}: ${license}\n\n${text.trim()}`);
  }
  return sections.sort().join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}

async function compare(fresh, committed) {
  const files = async folder =>
    (await readdir(folder, { recursive: true, withFileTypes: true }))
      .filter(entry => entry.isFile())
      .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)));
  const read = (folder, file) => readFile(path.join(folder, file)).catch(() => null);

  const differing = [];
  for (const file of new Set([...(await files(fresh)), ...(await files(committed))])) {
    const [a, b] = [await read(fresh, file), await read(committed, file)];
    if (!a || !b || !a.equals(b)) differing.push(file);
  }
  if (differing.length) {
    console.error(`dist/ is not what src/ builds to; run \`npm run build\`:`);
    for (const file of differing.sort()) console.error(`  dist/${file}`);
    process.exitCode = 1;
  }
}
