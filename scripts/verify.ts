// npm run verify -- <file>: the command line's "verify", from the sources.
import { main } from '../src/main.ts'

await main('mailtrail', 'verify', ...process.argv.slice(2))
