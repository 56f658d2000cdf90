import { basename } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { projectRoot } from './project.ts'

/** Where the program starts: `argv[2]` is the scheme or `mailtrail`, the rest comes from splunkd or the operator. */
export const entryPoint: string = `${projectRoot}/src/main.ts`

export interface Bundle {
  /** `main.mjs` and the parts that it loads when it needs them. */
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[]
  /** Every source file that went into it, relative to the project's root. */
  readonly inputs: readonly string[]
}

/** CommonJS libraries in the bundle ask for Node.js's own modules with `require`, which an ES module lacks. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);"

/** What cannot be part of an ES module is bundled on its own and loaded as a file beside it. */
const commonJs: Plugin = {
  name: 'common-js',
  setup(building) {
    building.onResolve({ filter: /\/splunk-sdk\.cjs$/ }, () => ({ path: './splunk-sdk.cjs', external: true }))
  },
}

const common = {
  absWorkingDir: projectRoot,
  outdir: 'app',
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  target: 'node24',
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions

/**
 * Bundles the program and its libraries into ES modules, one for each part that stands behind a dynamic
 * `import()`: `--scheme` reads a few kilobytes and answers in half the time that one file of everything takes.
 *
 * Not minified, which would gain nothing: who reviews the add-on can read what runs. Named `.mjs`: app review
 * refuses a `.js` beside the launchers.
 */
export async function bundleProgram(): Promise<Bundle> {
  const program = await build({
    ...common,
    entryPoints: [entryPoint],
    outExtension: { '.js': '.mjs' },
    splitting: true,
    format: 'esm',
    banner: { js: REQUIRE },
    plugins: [commonJs],
  })
  const sdk = await build({
    ...common,
    entryPoints: [`${projectRoot}/src/splunkd/splunk-sdk.cjs`],
    outExtension: { '.js': '.cjs' },
    external: ['./platform/node/node_http'],
    // The project's own strictness would make the SDK's code strict, too.
    tsconfigRaw: {},
    format: 'cjs',
  })
  return {
    files: [...program.outputFiles, ...sdk.outputFiles].map(({ path, contents }) => ({
      name: basename(path),
      bytes: Buffer.from(contents),
    })),
    inputs: [program, sdk].flatMap(({ metafile }) => Object.keys(metafile.inputs)).sort(),
  }
}
