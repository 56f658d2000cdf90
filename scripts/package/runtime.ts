import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extract } from 'tar'
import { z } from 'zod'
import { cached } from './cache.ts'
import { stripSymbols } from './elf.ts'
import { platformNamed, type ShippedRuntime } from './platforms.ts'
import { projectRoot, runtimeVersion } from './project.ts'

/** The Node.js binary as it is shipped: of the pinned version, without symbols where it is an ELF file. */
export async function runtimeBinary(runtime: ShippedRuntime): Promise<Buffer> {
  return cached(`${runtimeKey(runtime)}-stripped`, async () => {
    const binary = await runtimeFile(runtime, runtime.binary)
    return runtime.os === 'linux' ? stripSymbols(binary) : binary
  })
}

/**
 * Node.js's own licence text, with those of the libraries inside it. The npm package for Windows lacks it; it is the
 * same for all systems.
 */
export async function runtimeLicense(): Promise<string> {
  const { runtime } = platformNamed('linux_x86_64')
  return runtime === undefined ? '' : (await runtimeFile(runtime, 'LICENSE')).toString('utf8')
}

/** Names a runtime and everything that its bytes in the package depend on. */
export function runtimeKey(runtime: ShippedRuntime): string {
  const recipe = createHash('sha256')
  for (const file of ['elf.ts', 'runtime.ts', 'archive.ts', 'platforms.ts']) {
    recipe.update(readFileSync(join(projectRoot, 'scripts/package', file)))
  }
  recipe.update(lockedIntegrity(runtime.npmPackage))
  return `${runtime.npmPackage}-${runtimeVersion}-${recipe.digest('hex').slice(0, 12)}`
}

async function runtimeFile(runtime: ShippedRuntime, path: string): Promise<Buffer> {
  const installed = join(projectRoot, 'node_modules', runtime.npmPackage)
  if (existsSync(join(installed, runtime.binary))) return readFileSync(join(installed, path))
  return fileInTarball(await registryTarball(runtime.npmPackage), path)
}

/** npm installs only the runtime of its own machine; the others come from the registry, held against the lock file. */
async function registryTarball(npmPackage: string): Promise<Buffer> {
  return cached(`${npmPackage}-${runtimeVersion}.tgz`, () => {
    const directory = mkdtempSync(join(tmpdir(), 'mailtrail-runtime-'))
    try {
      execFileSync('npm', ['pack', `${npmPackage}@${runtimeVersion}`, '--silent'], {
        cwd: directory,
        stdio: ['ignore', 'ignore', 'inherit'],
        shell: process.platform === 'win32',
      })
      const tarball = readFileSync(join(directory, `${npmPackage}-${runtimeVersion}.tgz`))
      const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
      if (integrity !== lockedIntegrity(npmPackage)) {
        throw new Error(
          `${npmPackage}@${runtimeVersion} from the registry is not what package-lock.json pins.`,
        )
      }
      return tarball
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })
}

async function fileInTarball(tarball: Buffer, path: string): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), 'mailtrail-runtime-'))
  try {
    const unpacking = extract({ cwd: directory, strip: 1, filter: (entry) => entry === `package/${path}` })
    const done = new Promise((resolve, reject) => unpacking.on('close', resolve).on('error', reject))
    unpacking.end(tarball)
    await done
    return readFileSync(join(directory, path))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function lockedIntegrity(npmPackage: string): string {
  const lock = z
    .object({ packages: z.record(z.string(), z.object({ integrity: z.string().optional() })) })
    .parse(JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')))
  const integrity = lock.packages[`node_modules/${npmPackage}`]?.integrity
  if (integrity === undefined) throw new Error(`package-lock.json does not pin ${npmPackage}.`)
  return integrity
}
