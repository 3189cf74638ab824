// Stands in for the two Prettier plugins, half a megabyte, that GraphiQL loads to indent the JSON of
// its variables: a Prettier plugin that leaves the work to jsonc-parser, which is here anyway.

import { applyEdits, format } from 'jsonc-parser';

export const parsers = {
  jsonc: {
    parse: text => ({ text }),
    astFormat: 'jsonc',
    locStart: () => 0,
    locEnd: ({ text }) => text.length,
  },
};

export const printers = {
  jsonc: {
    print({ node: { text } }) {
      return applyEdits(text, format(text, undefined, { tabSize: 2, insertSpaces: true }));
    },
  },
};
