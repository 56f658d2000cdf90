// Measures the built package as splunkd runs it, interleaved with its peers, and writes docs/performance.md.
// node scripts/bench.ts [--size quick|full|<records>] [--rounds N] [--only etd|gzip|tmes|pangea|verify|start]
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Cost, measure, requireHostTools, type Spread, spreadOf } from '../tests/performance/measure.ts'
import { etdObject, pangeaPages, trendMicroPages, type Workload } from '../tests/performance/workloads.ts'
import { Splunkd } from '../tests/standins/splunkd/index.ts'
import { buildPackage } from './package/build.ts'
import { platformOfThisMachine } from './package/platforms.ts'
import { projectRoot } from './package/project.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'quick' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
})
const rounds = Number(values.rounds)
const sizes = values.size === 'full' ? [1_000_000, 4_000_000] : [Number(values.size) || 200_000]
const wanted = (name: string): boolean => values.only === '' || values.only.split(',').includes(name)
const million = 1_000_000

requireHostTools()
const peers = installPeers()
const node = process.execPath
const splunkd = await Splunkd.start()
const app = join(splunkd.home, 'etc', 'apps', 'TA-mailtrail')
await splunkd.install(await buildPackage(platformOfThisMachine()))
const runtime = join(app, 'linux_x86_64', 'bin', 'node')
const environment = { SPLUNK_HOME: splunkd.home }
const lines: string[] = []
let inputs = 0

for (const size of sizes) {
  if (wanted('etd')) await compare(await etdObject(size, 'plain'), size)
  if (wanted('gzip')) await compare(await etdObject(size, 'gzip'), size)
  if (wanted('tmes')) await compare(await trendMicroPages(Math.min(size, million)), Math.min(size, million))
  // The peers read one result set, which Pangea limits to 10,000 records: theirs is scaled to the same size.
  if (wanted('pangea'))
    await compare(await pangeaPages(Math.min(size, 200_000), false), Math.min(size, 200_000), 10_000)
  if (wanted('verify'))
    await compare(await pangeaPages(Math.min(size, 200_000), true), Math.min(size, 200_000), 10_000)
}
if (wanted('start')) await startUp()
await splunkd.stop()
if (values.only === '') report()

interface Contender {
  readonly name: string
  readonly records: number
  run(): Promise<Cost>
}

/** An input for the work, its secrets stored; the name of its stanza. */
function createInput(work: Workload): string {
  const input = `bench-${++inputs}`
  for (const [name, password] of Object.entries(work.secrets)) {
    splunkd.passwords.add({
      realm: `TA-mailtrail:${work.scheme}`,
      username: `${input}:${name}`,
      password,
      app: 'TA-mailtrail',
    })
  }
  const masked = Object.fromEntries(Object.keys(work.secrets).map((name) => [name, '********']))
  splunkd.writeStanza(`${work.scheme}://${input}`, { ...work.settings, ...masked })
  return `${work.scheme}://${input}`
}

async function compare(work: Workload, records: number, peerRecords = records): Promise<void> {
  const stanza = createInput(work)
  const argumentsOf = await work.peerArguments()
  const contenders: Contender[] = [
    {
      name: 'this add-on',
      records,
      run: () => {
        splunkd.kv.wipe()
        return measure({
          argv: [join(app, 'bin', `${work.scheme}.sh`)],
          stdin: splunkd.inputDocument(stanza),
          environment,
        })
      },
    },
    {
      name: 'plain parse and write',
      records: peerRecords,
      run: () =>
        measure({ argv: [node, join(projectRoot, 'tests/performance/peers/plain.mjs'), ...argumentsOf] }),
    },
    {
      name: 'splunk-sdk 1.11 with axios',
      records: peerRecords,
      run: () => measure({ argv: [node, '--max-old-space-size=6000', peers, ...argumentsOf] }),
    },
  ]
  const { curl } = work
  if (curl)
    contenders.push({
      name: 'curl to nowhere',
      records,
      run: async () => measure({ argv: ['/usr/bin/curl', ...(await curl())] }),
    })
  const costs = new Map<string, Cost[]>(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const contender of contenders) {
      const cost = await contender.run().catch((error: unknown) => {
        console.error(
          `${work.name}, ${contender.name}: ${error instanceof Error ? error.message.slice(-900) : error}`,
        )
        return undefined
      })
      // The first round only warms caches up.
      if (cost && round > 0) costs.get(contender.name)?.push(cost)
    }
  }
  await work.stop()
  table(work.name, records, contenders, costs)
}

function table(
  name: string,
  records: number,
  contenders: readonly Contender[],
  costs: ReadonlyMap<string, readonly Cost[]>,
): void {
  const own = costs.get('this add-on') ?? []
  lines.push(`### ${name}, ${records.toLocaleString('en')} records`, '')
  lines.push(
    '| | CPU s per million, median (least–most) | ratio to this add-on | records/s | peak MiB |',
    '| --- | --- | --- | --- | --- |',
  )
  for (const contender of contenders) {
    const of = costs.get(contender.name) ?? []
    if (of.length === 0) {
      lines.push(`| ${contender.name} | failed | | | |`)
      continue
    }
    const perMillion = spreadOf(of.map(({ cpu }) => (cpu * million) / contender.records))
    const ownPerMillion = own.map(({ cpu }) => (cpu * million) / records)
    const ratio = spreadOf(
      of.map(({ cpu }, round) => (cpu * million) / contender.records / (ownPerMillion[round] ?? Number.NaN)),
    )
    const rate = spreadOf(of.map(({ wall }) => contender.records / wall))
    lines.push(
      `| ${contender.name} | ${text(perMillion)} | ${ratio.median.toFixed(2)} | ${Math.round(rate.median).toLocaleString('en')} | ${spreadOf(of.map(({ memory }) => memory)).median.toFixed(0)} |`,
    )
  }
  lines.push('')
  console.log(lines.slice(-contenders.length - 5).join('\n'))
}

async function startUp(): Promise<void> {
  const empty = join(projectRoot, 'build', 'empty.mjs')
  writeFileSync(empty, '')
  const bare = { argv: [runtime, empty], times: 20 }
  const scheme = { argv: [join(app, 'bin', 'cisco_etd.sh'), '--scheme'], environment, times: 20 }
  const work = await etdObject(1, 'plain')
  const stanza = createInput(work)
  splunkd.kv.wipe()
  const run = (): Promise<Cost> =>
    measure({ argv: [join(app, 'bin', 'cisco_etd.sh')], stdin: splunkd.inputDocument(stanza), environment })
  await run()
  const rows: { bare: Cost; scheme: Cost; idle: Cost }[] = []
  for (let round = 0; round < rounds; round++) {
    rows.push({ bare: await measure(bare), scheme: await measure(scheme), idle: await run() })
  }
  await work.stop()
  const ratio = (pick: (row: (typeof rows)[number]) => number): Spread => spreadOf(rows.map(pick))
  lines.push('### Start', '', '| | ratio, median (least–most) |', '| --- | --- |')
  lines.push(
    `| \`--scheme\` against the bare runtime, wall | ${text(ratio((row) => row.scheme.wall / row.bare.wall))} |`,
  )
  lines.push(
    `| \`--scheme\` against the bare runtime, CPU | ${text(ratio((row) => row.scheme.cpu / row.bare.cpu))} |`,
  )
  lines.push(
    `| an idle run against the bare runtime, CPU | ${text(ratio((row) => row.idle.cpu / row.bare.cpu))} |`,
  )
  lines.push(
    `| an idle run against the bare runtime, wall | ${text(ratio((row) => row.idle.wall / row.bare.wall))} |`,
    '',
  )
  console.log(lines.slice(-8).join('\n'))
}

function text({ least, median, most }: Spread): string {
  return `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`
}

/** The peers are no dependencies of the project: they come from the registry when the benchmark is run. */
function installPeers(): string {
  const directory = join(projectRoot, 'build', 'peers')
  mkdirSync(directory, { recursive: true })
  if (!existsSync(join(directory, 'node_modules', 'splunk-sdk'))) {
    writeFileSync(join(directory, 'package.json'), '{"private":true}')
    execFileSync(
      'npm',
      ['install', '--silent', '--no-audit', '--no-fund', 'splunk-sdk@1.11.0', 'axios@1.21.1'],
      { cwd: directory },
    )
  }
  const script = join(directory, 'splunk-sdk.cjs')
  writeFileSync(script, readFileSync(join(projectRoot, 'tests/performance/peers/splunk-sdk.cjs')))
  return script
}

function report(): void {
  const path = join(projectRoot, 'docs', 'performance.md')
  const old = existsSync(path) ? readFileSync(path, 'utf8') : '<!-- figures -->\n<!-- end of figures -->\n'
  const command = `npm run bench -- --size ${values.size} --rounds ${rounds}`
  const figures = [
    '<!-- figures -->',
    `\`${command}\`, Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, medians of ${rounds} interleaved rounds.`,
    '',
    ...lines,
    '<!-- end of figures -->',
  ].join('\n')
  writeFileSync(path, old.replace(/<!-- figures -->[\s\S]*<!-- end of figures -->/, figures))
  console.log(`Written to ${path}.`)
}
