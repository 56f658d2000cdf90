import { type BuildOptions, build } from 'esbuild'
import { renderScheme } from '../../src/input/scheme.ts'
import { programWrapper } from '../../src/program.ts'
import { definitions } from '../../src/sources/index.ts'
import { projectRoot } from './project.ts'
import { withoutUnused } from './unused.ts'

export interface Bundle {
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[]
  /** Every source file that went into it, relative to the project's root. */
  readonly inputs: readonly string[]
}

const common = {
  absWorkingDir: projectRoot,
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  legalComments: 'none',
  logLevel: 'warning',
  // The project's own strictness would make splunk-sdk's code strict, too, which relies on `arguments.callee`.
  tsconfigRaw: {},
} as const satisfies BuildOptions

/**
 * Bundles the program and its libraries into one script, whose modules run when they are first asked for; with it,
 * `main.cjs`, which the launchers start, and the answers to `--scheme`.
 *
 * Not minified, which would gain nothing: who reviews the add-on can read what runs. Named `.cjs`: app review
 * refuses a `.js` beside the launchers.
 */
export async function bundleProgram(): Promise<Bundle & { readonly program: Buffer }> {
  const start = await build({ ...common, entryPoints: [`${projectRoot}/src/start.ts`] })
  const program = await build({
    ...common,
    entryPoints: [`${projectRoot}/src/main.ts`],
    // splunk-sdk's own transport, which is not used.
    external: ['./platform/node/node_http'],
    plugins: [withoutUnused],
    banner: { js: programWrapper.before },
    footer: { js: programWrapper.after },
  })
  const bytes = (text: Uint8Array | string): Buffer => Buffer.from(text)
  const [main = bytes(''), collected = bytes('')] = [...start.outputFiles, ...program.outputFiles].map(
    ({ contents }) => bytes(contents),
  )
  return {
    files: [
      { name: 'main.cjs', bytes: main },
      { name: 'program.cjs', bytes: collected },
      ...definitions.map((definition) => ({
        name: `schemes/${definition.scheme}.xml`,
        bytes: bytes(renderScheme(definition)),
      })),
    ],
    program: collected,
    inputs: [start, program].flatMap(({ metafile }) => Object.keys(metafile.inputs)).sort(),
  }
}
