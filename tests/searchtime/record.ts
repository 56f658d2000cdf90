import { parseApp, readAppText } from './app.ts'
import { readSamples, writeExpected } from './samples.ts'
import { searchTime } from './search-time.ts'

// Writes the expected fields of every sample anew: `node tests/searchtime/record.ts`. The difference is what a change
// of a .conf file means to an analyst, and is to be read before it is committed.
const app = parseApp(readAppText())
for (const sample of readSamples()) writeExpected(sample, searchTime(app, sample.event))
