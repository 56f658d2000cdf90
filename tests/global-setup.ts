import { mkdirSync, rmSync } from 'node:fs'
import { extract } from 'tar'
import { buildPackage } from '../scripts/package/build.ts'
import { platformOfThisMachine } from '../scripts/package/platforms.ts'
import { builtPackage, unpackedInto } from './built-package.ts'

/**
 * Builds the package for this machine before any test, and unpacks it; an unchanged tree is not built again.
 *
 * When it cannot be built, the reason is shown and no older package is left: the tests that run the package fail,
 * those of single parts still tell what is wrong with them.
 */
export default async function setup(): Promise<void> {
  rmSync(unpackedInto, { recursive: true, force: true })
  try {
    await buildPackage(platformOfThisMachine())
    mkdirSync(unpackedInto, { recursive: true })
    await extract({ file: builtPackage, cwd: unpackedInto, strict: true })
  } catch (error) {
    rmSync(builtPackage, { force: true })
    console.error('The package could not be built:', error)
  }
}
