import { build } from 'esbuild'
import { projectRoot } from './project.ts'

/** Where the program starts: `argv[2]` is the scheme or `mailtrail`, the rest comes from splunkd or the operator. */
export const entryPoint: string = `${projectRoot}/src/main.ts`

export interface Bundle {
  readonly code: Buffer
  /** Every source file that went into it, relative to the project's root. */
  readonly inputs: readonly string[]
}

/**
 * Bundles the program and its libraries into one CommonJS file.
 *
 * One file, since splunkd starts the program every few minutes and each further file costs time; what stands
 * behind a dynamic `import()` is still evaluated only when it is asked for. CommonJS, since it starts faster than
 * an ES module. Not minified: who reviews the add-on can read what runs.
 */
export async function bundleProgram(entry: string = entryPoint): Promise<Bundle> {
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: projectRoot,
    outfile: 'main.cjs',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
  })
  const [output] = result.outputFiles
  if (output === undefined) throw new Error('esbuild wrote no output.')
  return { code: Buffer.from(output.contents), inputs: Object.keys(result.metafile.inputs).sort() }
}
