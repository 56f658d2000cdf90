import { parseArgs } from 'node:util'
import { buildPackage } from './package/build.ts'
import { platformNamed, platformOfThisMachine, platforms } from './package/platforms.ts'

const { values } = parseArgs({ options: { platform: { type: 'string' } } })

function chosenPlatforms(name: string | undefined) {
  if (name === undefined) return [platformOfThisMachine()]
  return name === 'all' ? platforms : [platformNamed(name)]
}

for (const platform of chosenPlatforms(values.platform)) console.log(await buildPackage(platform))
