import { existsSync } from 'node:fs'
import { buildPackage } from '../scripts/package/build.ts'
import { entryPoint } from '../scripts/package/bundle.ts'
import { platformOfThisMachine } from '../scripts/package/platforms.ts'

/** Builds the package for this machine before any test; an unchanged tree is not built again. */
export default async function setup(): Promise<void> {
  if (!existsSync(entryPoint)) return
  await buildPackage(platformOfThisMachine())
}
