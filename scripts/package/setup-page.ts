import { build } from 'esbuild'
import type { Bundle } from './bundle.ts'
import { projectRoot } from './project.ts'

/**
 * Bundles the setup page for `appserver/static/pages/`: one classic script, minified, since Splunk Web loads it with a
 * `<script>` element.
 */
export async function bundleSetupPage(): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: [`${projectRoot}/src/setup-page/inputs.tsx`],
    outdir: 'pages',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    // The oldest browsers that Splunk 9 supports.
    target: ['chrome109', 'firefox115', 'safari16'],
    format: 'iife',
    jsx: 'automatic',
    charset: 'utf8',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    // Splunk's libraries expect Node's `global`, and Simple XML pages have an AMD loader that must not take them away.
    define: { global: 'window', define: 'undefined', 'process.env.NODE_ENV': '"production"' },
  })
  return {
    files: outputFiles.map(({ contents }) => ({ name: 'inputs.js', bytes: Buffer.from(contents) })),
    inputs: Object.keys(metafile.inputs).sort(),
  }
}
