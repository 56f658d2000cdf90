import type { Plugin } from 'esbuild'

interface Stub {
  /** Which packages ask for it. */
  readonly importer: RegExp
  readonly contents: string
}

const axios = /node_modules\/axios\//
const anyone = /(?:)/

/**
 * Parts of libraries that the program never uses, each of which would load a part of Node.js at every start: of axios,
 * forms, `fetch`, HTTP/2, decompression and proxies, which the program does itself; and what libraries print when the
 * environment asks for it, which is no place for addresses and headers.
 */
const parts: Readonly<Record<string, Stub>> = {
  'form-data': { importer: axios, contents: 'export default class {}' },
  './fetch.js': { importer: axios, contents: 'export const getFetch = () => undefined' },
  http2: { importer: axios, contents: 'export default {}' },
  zlib: { importer: axios, contents: 'export default { constants: {} }' },
  'https-proxy-agent': { importer: axios, contents: 'export default class {}' },
  'proxy-from-env': { importer: axios, contents: "export const getProxyForUrl = () => ''" },
  debug: { importer: anyone, contents: 'module.exports = () => () => undefined' },
}

/** Leaves those parts out of the bundle. */
export const withoutUnused: Plugin = {
  name: 'without-unused',
  setup(building) {
    building.onResolve({ filter: /^[\w./-]+$/ }, ({ path, importer }) =>
      parts[path]?.importer.test(importer.replaceAll('\\', '/')) ? { path, namespace: 'unused' } : undefined,
    )
    building.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({
      contents: parts[path]?.contents ?? '',
    }))
  },
}
