import { join } from 'node:path'
import { build } from 'esbuild'

/** A page's script and style sheet, in memory. */
export interface Bundle {
  readonly script: string
  readonly styles: string
}

/**
 * Bundles a page's entry for the browser. Splunk's packages expect a bundler that gives them Node's `global` and a
 * build mode.
 *
 * @param mode `development` makes React check what components do, and say so on the console
 */
export async function bundlePage(
  entry: string,
  mode: 'development' | 'production' = 'production',
): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    outdir: '/',
    format: 'iife',
    platform: 'browser',
    target: 'chrome120',
    jsx: 'automatic',
    charset: 'utf8',
    minify: mode === 'production',
    define: { global: 'window', 'process.env.NODE_ENV': JSON.stringify(mode) },
    nodePaths: [join(import.meta.dirname, '..', 'node_modules')],
    loader: { '.svg': 'dataurl', '.png': 'dataurl', '.woff': 'dataurl', '.woff2': 'dataurl' },
    logLevel: 'error',
  })
  const text = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? ''
  return { script: text('.js'), styles: text('.css') }
}
