import { join } from 'node:path'
import { builtPackagePath } from '../scripts/package/build.ts'
import { platformOfThisMachine } from '../scripts/package/platforms.ts'
import { addon, projectRoot } from '../scripts/package/project.ts'

/** The `.spl` for this machine, built once before the tests by `tests/global-setup.ts`. */
export const builtPackage: string = builtPackagePath(platformOfThisMachine())

/** Where it is unpacked, for tests that install it: unpacking it again for each of them takes minutes. */
export const unpackedInto: string = join(projectRoot, 'build', 'unpacked')
export const unpackedPackage: string = join(unpackedInto, addon.id)
