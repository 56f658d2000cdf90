import type { Plugin } from 'esbuild'

/**
 * Parts of axios that the program never uses, each of which would load a part of Node.js at every start: forms,
 * `fetch`, HTTP/2, and decompression, which the program does itself.
 */
const parts: Readonly<Record<string, string>> = {
  'form-data': 'export default class {}',
  './fetch.js': 'export const getFetch = () => undefined',
  http2: 'export default {}',
  zlib: 'export default { constants: {} }',
}

/** Leaves those parts out of the bundle. */
export const withoutUnused: Plugin = {
  name: 'without-unused',
  setup(building) {
    building.onResolve({ filter: /^(form-data|http2|zlib|\.\/fetch\.js)$/ }, ({ path, importer }) =>
      /node_modules\/axios\//.test(importer.replaceAll('\\', '/'))
        ? { path, namespace: 'unused' }
        : undefined,
    )
    building.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({ contents: parts[path] ?? '' }))
  },
}
