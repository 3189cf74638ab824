// Builds the admin UI into dist/, which the server embeds and serves at /admin/.
//   node build.mjs           writes dist/, and says how big it is
//   node build.mjs --check   builds elsewhere and fails, naming files, when dist/ differs

import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build as viteBuild } from 'vite';

const HERE = import.meta.dirname;
const DIST = path.join(HERE, 'dist');
const MOST_KILOBYTES = 450;

if (process.argv.includes('--check')) {
  const fresh = await mkdtemp(path.join(tmpdir(), 'admin-ui-'));
  try {
    await build(fresh);
    await compare(fresh, DIST);
  } finally {
    await rm(fresh, { recursive: true });
  }
} else {
  await build(DIST);
}
await weigh(DIST);

async function build(outDir) {
  const packages = new Set();
  await viteBuild({
    root: HERE,
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
    plugins: [collect(packages)],
  });
  await writeFile(path.join(outDir, 'assets/LICENSES.txt'), await licenses(packages));
}

/** Notes the folders of the packages whose code is in the bundle. */
function collect(packages) {
  return {
    name: 'collect-packages',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        for (const id of Object.keys(chunk.modules ?? {})) {
          const folder = id.match(/.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
          if (folder) packages.add(folder.replace(/^\0/, ''));
        }
      }
    },
  };
}

async function licenses(packages) {
  const sections = new Set();
  for (const folder of packages) {
    const manifest = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => null);
    if (!manifest) continue;
    const { name, version, license } = JSON.parse(manifest);
    if (name === 'ra-data-rolecall') continue; // a part of this project
    const file = (await readdir(folder)).find(file => /^licen[cs]e/i.test(file));
    const text = file ? await readFile(path.join(folder, file), 'utf8') : '';
    sections.add(`${name} ${version}: ${license}\n\n${text.trim()}`);
  }
  return [...sections].sort().join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}

async function filesOf(folder) {
  return (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

async function compare(fresh, committed) {
  const read = (folder, file) => readFile(path.join(folder, file)).catch(() => null);
  const differing = [];
  for (const file of new Set([...(await filesOf(fresh)), ...(await filesOf(committed))])) {
    const [a, b] = [await read(fresh, file), await read(committed, file)];
    if (!a || !b || !a.equals(b)) differing.push(file);
  }
  if (differing.length) {
    console.error('dist/ is not what src/ builds to; run `npm run build`:');
    for (const file of differing.sort()) console.error(`  dist/${file}`);
    process.exitCode = 1;
  }
}

async function weigh(folder) {
  let bytes = 0;
  for (const file of await filesOf(folder)) {
    if (/\.(js|css)$/.test(file)) {
      bytes += gzipSync(await readFile(path.join(folder, file)), { level: 9 }).length;
    }
  }
  const kilobytes = Math.round(bytes / 1000);
  console.log(`${kilobytes} kB of scripts and styles, compressed (at most ${MOST_KILOBYTES})`);
  if (kilobytes > MOST_KILOBYTES) process.exitCode = 1;
}
