// Validates every GraphQL operation that the repository's clients send, with graphql-js, against
// schema.graphql. The server's own validator is async-graphql's, which lets some overlapping fields
// pass that other tools refuse.
//   node audit/operations.mjs

import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  GraphQLError,
  Kind,
  NoUnusedFragmentsRule,
  Source,
  buildSchema,
  parse,
  specifiedRules,
  validate,
  visit,
} from 'graphql';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SKIPPED = new Set(['node_modules', 'dist']);

// A fragment may be used from another file only.
const RULES = specifiedRules.filter(rule => rule !== NoUnusedFragmentsRule);

const schema = buildSchema(await readFile(path.join(ROOT, 'schema.graphql'), 'utf8'));

const sources = markdownBlocks('README.md', await readFile(path.join(ROOT, 'README.md'), 'utf8'));
for (const file of [...(await files('clients')), ...(await files('tests'))]) {
  const text = () => readFile(path.join(ROOT, file), 'utf8');
  if (file.endsWith('.graphql')) sources.push(new Source(await text(), file));
  if (file.endsWith('.md') && file.startsWith('clients')) {
    sources.push(...markdownBlocks(file, await text()));
  }
}

const errors = [];
const documents = sources.flatMap(source => {
  try {
    return [{ client: clientOf(source.name), ...parse(source) }];
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    errors.push(error);
    return [];
  }
});

let count = 0;
for (const document of documents) {
  count += document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length;
  errors.push(...validate(schema, withFragments(document), RULES));
}

for (const error of errors) console.error(`${error}\n`);
console.log(`operations: ${count} checked, ${errors.length} errors`);
if (count === 0 || errors.length > 0) process.exitCode = 1;

async function files(folder) {
  const found = [];
  for (const entry of await readdir(path.join(ROOT, folder), { withFileTypes: true })) {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) found.push(...(await files(file)));
    if (entry.isFile()) found.push(file);
  }
  return found.sort();
}

/** The fenced graphql blocks of a Markdown text, each knowing the line it starts on. */
function markdownBlocks(file, text) {
  return [...text.matchAll(/^([ \t]*)```graphql\b.*\n([^]*?)^\1```/gm)].map(match => {
    const line = text.slice(0, match.index).split('\n').length + 1;
    return new Source(match[2], file, { line, column: 1 });
  });
}

/** clients/admin-ui/src/a.graphql belongs to clients/admin-ui: its files share their fragments. */
function clientOf(file) {
  return file.split('/').slice(0, 2).join('/');
}

/** The document with the fragments that it spreads, directly or not, from its client's other files. */
function withFragments(document) {
  const fragments = list => list.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const elsewhere = fragments(
    documents
      .filter(other => other !== document && other.client === document.client)
      .flatMap(({ definitions }) => definitions),
  );
  const definitions = [...document.definitions];
  const known = new Set(fragments(definitions).map(({ name }) => name.value));
  // `definitions` grows while it is walked: what is added may spread more.
  for (const definition of definitions) {
    visit(definition, {
      FragmentSpread({ name: { value } }) {
        const fragment = elsewhere.find(({ name }) => name.value === value);
        if (!fragment || known.has(value)) return;
        known.add(value);
        definitions.push(fragment);
      },
    });
  }
  return { ...document, definitions };
}
