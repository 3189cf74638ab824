// The types and texts of the operations in src/operations/, as src/generated/operations.ts.
//   node generate.mjs           writes it
//   node generate.mjs --check   fails when it is not what would be written

import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as operationTypes from '@graphql-codegen/typescript-operations';
import { Kind, parse, print, visit } from 'graphql';

const HERE = import.meta.dirname;
const OPERATIONS = path.join(HERE, 'src/operations');
const TARGET = path.join(HERE, 'src/generated/operations.ts');

const fresh = await generate();
if (!process.argv.includes('--check')) {
  await mkdir(path.dirname(TARGET), { recursive: true });
  await writeFile(TARGET, fresh);
} else if (fresh !== (await readFile(TARGET, 'utf8'))) {
  console.error('src/generated/operations.ts is not current: run npm run generate');
  process.exitCode = 1;
}

async function generate() {
  const names = (await readdir(OPERATIONS)).sort();
  return codegen({
    filename: TARGET,
    schema: parse(await readFile(path.join(HERE, '../../schema.graphql'), 'utf8')),
    documents: await Promise.all(
      names.map(async location => ({
        location,
        document: parse(await readFile(path.join(OPERATIONS, location), 'utf8')),
      })),
    ),
    config: {
      inlineFragmentTypes: 'combine',
      scalars: { ID: 'string', DateTime: 'string' },
    },
    pluginMap: { operationTypes, texts: { plugin: texts } },
    plugins: [{ operationTypes: {} }, { texts: {} }],
  });
}

/**
 * The operations as texts, for nothing of graphql-js is needed where they are sent. The usual plugin
 * repeats each fragment in every operation that spreads it: five times as much.
 */
function texts(_schema, documents) {
  const definitions = documents.flatMap(({ document }) => document.definitions);
  const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const operations = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const byName = new Map(fragments.map(fragment => [fragment.name.value, fragment]));
  return {
    prepend: ["import { document } from '../document.js';\n"],
    content: [
      ...fragments.map(fragment => `const ${fragment.name.value} = \`${text(fragment)}\`;`),
      ...operations.map(operation => {
        const name = operation.name.value;
        const type = name + operation.operation[0].toUpperCase() + operation.operation.slice(1);
        const parts = [`\`${text(operation)}\``, ...spreads(operation, byName)].join(', ');
        return `export const ${name}Document = document<${type}, ${type}Variables>(${parts});`;
      }),
    ].join('\n\n'),
  };
}

/** The names of all fragments that a definition spreads, directly or not. */
function spreads(definition, byName, found = new Set()) {
  visit(definition, {
    FragmentSpread({ name: { value } }) {
      if (found.has(value)) return;
      found.add(value);
      spreads(byName.get(value), byName, found);
    },
  });
  return found;
}

function text(definition) {
  return print(definition).replace(/\s+/g, ' ');
}
