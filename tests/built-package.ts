import { builtPackagePath } from '../scripts/package/build.ts'
import { platformOfThisMachine } from '../scripts/package/platforms.ts'

/** The `.spl` for this machine, built once before the tests by `tests/global-setup.ts`. */
export const builtPackage: string = builtPackagePath(platformOfThisMachine())
