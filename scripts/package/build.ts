import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runtimeDirectory } from '../../src/program.ts'
import { definitions } from '../../src/sources/index.ts'
import { deflated, gzipOf, type PackedFile, type Segment, tarStretch } from './archive.ts'
import { bundleProgram } from './bundle.ts'
import { cached, writeWhole } from './cache.ts'
import { codeCacheOf } from './code-cache.ts'
import { appFiles, directoriesOf, filesUnder, inApp, launchers, verbatim } from './contents.ts'
import { thirdPartyNotices } from './notices.ts'
import type { Platform, ShippedRuntime } from './platforms.ts'
import { addon, projectRoot } from './project.ts'
import { packageReadme } from './readme.ts'
import { runtimeBinary, runtimeKey, runtimeLicense } from './runtime.ts'
import { bundleSetupPage } from './setup-page.ts'

/** Where the package for a platform is written. */
export function builtPackagePath(platform: Platform): string {
  return join(projectRoot, 'dist', `${addon.id}-${addon.version}-${platform.name}.spl`)
}

/**
 * Builds the package for a platform and returns its path. A package that was built from the same files is left
 * as it is.
 */
export async function buildPackage(platform: Platform): Promise<string> {
  const path = builtPackagePath(platform)
  const stamp = join(projectRoot, 'build', `${platform.name}.built-from`)
  const sources = fingerprintOfSources()
  const upToDate = existsSync(path) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources
  if (!upToDate) {
    writeWhole(path, await packageBytes(platform))
    writeWhole(stamp, sources)
  }
  return path
}

/** The bytes of the package: a gzip-compressed tar. The same files of the project give the same bytes. */
export async function packageBytes(platform: Platform): Promise<Buffer> {
  const { runtime } = platform
  const binary = runtime && (await runtimeBinary(runtime))
  const files = await filesBesideTheRuntime(platform, binary)
  if (runtime === undefined || binary === undefined) return gzipOf([compressed(directoriesOf(files), files)])

  const shipped = { path: inApp(runtime.target), bytes: binary, executable: true }
  const directories = directoriesOf([...files, shipped])
  return gzipOf([compressed(directories, files), await runtimeSegment(runtime, shipped)])
}

async function filesBesideTheRuntime(platform: Platform, runtime: Buffer | undefined): Promise<PackedFile[]> {
  const bundle = await bundleProgram()
  const page = await bundleSetupPage()
  const nodeLicense = platform.runtime && (await runtimeLicense())
  const text = (path: string, content: string): PackedFile => ({
    path: inApp(path),
    bytes: Buffer.from(content),
    executable: false,
  })
  const files = [
    ...appFiles(),
    ...launchers(definitions),
    ...bundle.files.map(({ name, bytes }) => ({ path: inApp(`bin/app/${name}`), bytes, executable: false })),
    ...page.files.map(({ name, bytes }) => ({
      path: inApp(`appserver/static/pages/${name}`),
      bytes,
      executable: false,
    })),
    ...codeCache(platform, bundle.program, runtime),
    text('README.txt', packageReadme(platform, definitions, runtime)),
    text('THIRD-PARTY-NOTICES.txt', thirdPartyNotices([...bundle.inputs, ...page.inputs], nodeLicense)),
  ]
  return files.sort((one, other) => (one.path < other.path ? -1 : 1))
}

function codeCache(platform: Platform, program: Buffer, binary: Buffer | undefined): PackedFile[] {
  const { runtime } = platform
  const bytes = runtime && binary && codeCacheOf(program, runtime, binary)
  if (bytes === undefined || runtime === undefined) return []
  const directory = runtimeDirectory(runtime.os, runtime.arch)
  return [{ path: inApp(`${directory}/program.cache`), bytes, executable: false }]
}

async function runtimeSegment(runtime: ShippedRuntime, shipped: PackedFile): Promise<Segment> {
  const tar = tarStretch([], [shipped])
  return { tar, deflated: await cached(`${runtimeKey(runtime)}-deflated`, () => deflated(tar)) }
}

function compressed(directories: readonly string[], files: readonly PackedFile[]): Segment {
  const tar = tarStretch(directories, files)
  return { tar, deflated: deflated(tar) }
}

function fingerprintOfSources(): string {
  const fingerprint = createHash('sha256')
  const sources = ['bin', 'package.json', 'package-lock.json', 'scripts', 'src', ...verbatim]
  for (const path of sources.flatMap(filesUnder)) {
    if (path.endsWith('.test.ts')) continue
    fingerprint
      .update(`${path}\0`)
      .update(readFileSync(join(projectRoot, path)))
      .update('\0')
  }
  return fingerprint.digest('hex')
}
