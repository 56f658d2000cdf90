import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildPackage } from '../../scripts/package/build.ts'
import { platformOfThisMachine } from '../../scripts/package/platforms.ts'
import { addon, projectRoot } from '../../scripts/package/project.ts'
import { Splunkd } from '../standins/splunkd/index.ts'
import { type Command, type Cost, measure } from './measure.ts'
import type { Workload } from './workloads.ts'

/** One way to do a piece of work. */
export interface Contender {
  readonly name: string
  run(): Promise<Cost>
}

/** The built package on a stand-in splunkd. */
export class Installed {
  readonly splunkd: Splunkd
  readonly app: string
  #inputs = 0

  private constructor(splunkd: Splunkd) {
    this.splunkd = splunkd
    this.app = join(splunkd.home, 'etc', 'apps', addon.id)
  }

  static async open(): Promise<Installed> {
    const splunkd = await Splunkd.start()
    await splunkd.install(await buildPackage(platformOfThisMachine()))
    return new Installed(splunkd)
  }

  /** The Node.js that the package brings. */
  get runtime(): string {
    const target = platformOfThisMachine().runtime?.target
    return target === undefined ? process.execPath : join(this.app, target)
  }

  get environment(): Record<string, string> {
    return { SPLUNK_HOME: this.splunkd.home }
  }

  launcher(scheme: string): string {
    return join(this.app, 'bin', `${scheme}.sh`)
  }

  /** An input for the work, its secrets stored; a command that runs it once. */
  input(work: Workload): () => Command {
    const input = `bench-${++this.#inputs}`
    for (const [name, password] of Object.entries(work.secrets))
      this.splunkd.passwords.add({
        realm: `${addon.id}:${work.scheme}`,
        username: `${input}:${name}`,
        password,
        app: addon.id,
      })
    const masked = Object.fromEntries(Object.keys(work.secrets).map((name) => [name, '********']))
    const stanza = `${work.scheme}://${input}`
    this.splunkd.writeStanza(stanza, { ...work.settings, ...masked })
    return () => ({
      argv: [this.launcher(work.scheme)],
      stdin: this.splunkd.inputDocument(stanza),
      environment: this.environment,
    })
  }

  /** As on a new host. */
  forgetState(): void {
    this.splunkd.kv.wipe()
  }
}

export const own = 'this add-on'
export const plain = 'plain parse and write'
export const sdk = 'splunk-sdk 1.11 with axios'
export const curlIntoPipe = 'curl into the same pipe'
export const curlToNowhere = 'curl to nowhere'

/** Of files, which the SDK's users read whole and write without waiting: with a million records it ends in an error. */
const mostOfFilesForSdk = 400_000
/** Neither the SDK nor the plain collector has more to tell beyond this, and both take their time. */
const mostForPeers = 1_000_000

/** Everyone who does this work with so many records. */
export async function contendersFor(
  installed: Installed,
  work: Workload,
  records: number,
): Promise<Contender[]> {
  const command = installed.input(work)
  const peer = await work.peerArguments()
  const script = (name: string): string => join(projectRoot, 'tests/performance/peers', name)
  const contenders: Contender[] = [
    {
      name: own,
      run: () => {
        installed.forgetState()
        return measure(command())
      },
    },
  ]
  if (records <= mostForPeers)
    contenders.push({
      name: plain,
      run: () => measure({ argv: [process.execPath, script('plain.mjs'), ...peer] }),
    })
  if (records <= (work.curl === undefined ? mostForPeers : mostOfFilesForSdk))
    contenders.push({
      name: sdk,
      run: () =>
        measure({
          argv: [process.execPath, '--max-old-space-size=6000', sdkPeer(script('splunk-sdk.cjs')), ...peer],
        }),
    })
  const { curl } = work
  if (curl) {
    contenders.push({
      name: curlIntoPipe,
      run: async () => measure({ argv: ['/usr/bin/curl', ...(await curl())] }),
    })
    contenders.push({
      name: curlToNowhere,
      run: async () => {
        const discarding = (await curl()).flatMap((argument) =>
          argument.startsWith('http') ? ['--output', '/dev/null', argument] : [argument],
        )
        return measure({ argv: ['/usr/bin/curl', ...discarding] })
      },
    })
  }
  return contenders
}

/** The peer's packages are no dependencies of the project: they come from the registry when the benchmark is run. */
function sdkPeer(source: string): string {
  const directory = join(projectRoot, 'build', 'peers')
  mkdirSync(directory, { recursive: true })
  if (!existsSync(join(directory, 'node_modules', 'splunk-sdk'))) {
    writeFileSync(join(directory, 'package.json'), '{"private":true}')
    const packages = ['splunk-sdk@1.11.0', 'axios@1.21.1']
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', ...packages], { cwd: directory })
  }
  const script = join(directory, 'splunk-sdk.cjs')
  writeFileSync(script, readFileSync(source))
  return script
}
